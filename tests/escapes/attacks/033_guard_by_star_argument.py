"""No app takes the place of a guard by an argument that takes the rest."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def read(*_write_, **_getattr_):
    return _write_[0]


def attack():
    return "ESCAPED: " + read("own guard")
