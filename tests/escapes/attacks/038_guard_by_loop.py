"""No app takes the place of a guard by a loop."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def attack():
    for _write_ in ["own guard"]:
        return "ESCAPED: " + _write_
