"""No app gets the metaclass by asking for the type of a class."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ()


def attack():
    made = type(int)("Made", (), {"__class__": property(lambda self: bytes)})
    return "ESCAPED: a made object passes for bytes" if isinstance(made(), bytes) else ""
