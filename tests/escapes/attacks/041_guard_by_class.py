"""No app takes the place of a guard by defining a class of its name."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


class _write_:
    found = "own guard"


def attack():
    return "ESCAPED: " + _write_.found
