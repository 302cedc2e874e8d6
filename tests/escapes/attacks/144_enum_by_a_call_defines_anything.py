"""No app defines a special method by a name in a string."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ("enum",)


import enum


def attack():
    made = enum.Enum("Made", {"__class__": property(lambda self: bytes), "A": 1})
    return "ESCAPED: a member passes for bytes" if isinstance(made.A, bytes) else ""
