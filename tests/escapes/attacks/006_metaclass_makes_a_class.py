"""No app makes a class by calling type."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ()


def attack():
    made = type("Made", (), {"__class_getitem__": lambda cls, item: item})
    return "ESCAPED: " + made["anything"]
