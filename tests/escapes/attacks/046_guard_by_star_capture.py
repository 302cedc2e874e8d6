"""No app takes the place of a guard by a pattern that takes the rest."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def attack():
    match ["own", "guard"]:
        case [first, *_write_]:
            return "ESCAPED: " + str(_write_)
