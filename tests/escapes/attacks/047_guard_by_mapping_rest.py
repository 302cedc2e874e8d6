"""No app takes the place of a guard by the rest of a mapping."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


def attack():
    match {"own": "guard"}:
        case {**_getattr_}:
            return "ESCAPED: " + str(_getattr_)
