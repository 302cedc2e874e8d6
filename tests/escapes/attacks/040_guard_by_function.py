"""No app takes the place of a guard by defining a function of its name."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def _getattr_(obj, name):
    return "own guard"


def attack():
    return "ESCAPED: " + _getattr_(0, "x")
