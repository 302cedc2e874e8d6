"""No app makes the random numbers of others predictable."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("random", "bystander")
FILES = {"_vendor/bystander.py": "import random\n\n\ndef token():\n    return random.random()\n"}


import random

import bystander


def attack():
    random.seed(1)
    first = bystander.token()
    random.seed(1)
    return "ESCAPED: everybody's next number is known" if bystander.token() == first else ""
