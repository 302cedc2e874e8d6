"""No app takes the place of a guard by declaring its name global."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def plant():
    global _getattr_
    _getattr_ = "own guard"


def attack():
    plant()
    return "ESCAPED: " + _getattr_
