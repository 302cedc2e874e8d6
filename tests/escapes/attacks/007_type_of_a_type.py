"""No app gets the metaclass by asking for the type of a class."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ()


def attack():
    return "ESCAPED: " + type(int)("Made", (), {}).__name__
