"""No app takes the place of a guard by a pattern that captures."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def attack():
    match "own guard":
        case _getattr_:
            return "ESCAPED: " + _getattr_
