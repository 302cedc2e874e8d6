"""No app takes the place of a guard by an argument of its name."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def attack(_getattr_=lambda obj, name: "own guard"):
    return "ESCAPED: " + (_getattr_(0, "x") if attack else "")
