"""No class of an app reads a library"s private names for it: not an alias, which forwards them."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("types", "weakref")


import types
import weakref


class Alias(types.GenericAlias):
    pass


def attack():
    return "ESCAPED: the registry of all finalizers: " + repr(Alias(weakref.finalize, (int,))._registry)[:60]
