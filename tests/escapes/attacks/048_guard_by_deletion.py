"""No app removes a guard by deleting its name."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


_getattr_ = 1


def attack():
    global _getattr_
    del _getattr_
    return "ESCAPED: the name is gone"
