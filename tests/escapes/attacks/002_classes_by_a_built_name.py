"""No app reads a special attribute whose name it puts together."""

CLASS = "object-graph"
BOUNDARY = "both"
NEEDS = ()


def attack():
    base = getattr(getattr(0, "__cl" + "ass__"), "__ba" + "se__")
    for cls in getattr(base, "__sub" + "classes__")():
        space = getattr(getattr(cls, "__in" + "it__"), "__glob" + "als__", {})
        if "environ" in space:
            return "ESCAPED: " + space["environ"]["VAAS_CANARY"]
