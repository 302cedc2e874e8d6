"""No app takes the place of a guard by catching an exception under its name."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def attack():
    try:
        raise ValueError("own guard")
    except ValueError as _getattr_:
        return "ESCAPED: " + str(_getattr_)
