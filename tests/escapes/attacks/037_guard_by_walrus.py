"""No app takes the place of a guard in the middle of an expression."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def attack():
    return "ESCAPED: " + [_getattr_ := "own guard" for _ in "x"][0]
