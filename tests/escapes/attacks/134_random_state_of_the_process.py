"""No app makes the random numbers of others predictable."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("random",)


import random


def attack():
    random.seed(1)
    first = random.random()
    random.seed(1)
    return "ESCAPED: everybody's next number is known" if random.random() == first else ""
