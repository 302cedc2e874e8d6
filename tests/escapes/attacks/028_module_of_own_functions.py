"""No app reads the variables of a function."""

CLASS = "builtins"
BOUNDARY = "language"
NEEDS = ()


def attack():
    return "ESCAPED: " + str(sorted(attack.__globals__["__builtins__"])[:3]) + attack.__builtins__["__name__"]
