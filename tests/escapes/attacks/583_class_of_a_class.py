"""No library method tells an app the class of a class."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ("collections",)


import collections


def attack():
    kind = collections.Counter.copy(int)
    liar = kind("Liar", (), {"__class__": property(lambda self: int)})
    return "ESCAPED: a number that is none: " + repr(liar()) if isinstance(liar(), int) else ""
