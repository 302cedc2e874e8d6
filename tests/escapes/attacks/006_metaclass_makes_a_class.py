"""No app makes a class, by calling type, that a class statement could not have made."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ()


def attack():
    made = type("Made", (), {"__class__": property(lambda self: bytes)})
    return "ESCAPED: a made object passes for bytes" if isinstance(made(), bytes) else ""
