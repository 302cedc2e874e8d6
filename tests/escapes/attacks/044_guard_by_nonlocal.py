"""No app takes the place of a guard of an inner function."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def attack():
    _type_ = "x"

    def plant():
        nonlocal _type_
        _type_ = "own guard"

    plant()
    return "ESCAPED: " + _type_
