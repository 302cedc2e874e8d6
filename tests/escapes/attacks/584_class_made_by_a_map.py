"""No library method makes a class for an app with special methods that are not for apps."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ("collections",)


import collections


class Holder:
    maps = (object,), {"__class__": property(lambda self: int)}


def attack():
    made = collections.ChainMap.new_child(Holder, "Liar")
    return "ESCAPED: a number that is none: " + repr(made()) if isinstance(made(), int) else ""
