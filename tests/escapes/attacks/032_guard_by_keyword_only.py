"""No app takes the place of a guard by a keyword argument."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def read(it, *, _getattr_=lambda obj, name: "own guard"):
    return _getattr_(it, "x")


def attack():
    return "ESCAPED: " + read(0)
