"""No app takes the place of a guard by importing a function under its name."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ("operator",)


from operator import eq as _write_


def attack():
    return "ESCAPED: " + str(_write_(1, 1))
