"""No class of an app reads a library"s private names for it: not one below the aliases of typing."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("typing", "weakref")


import typing
import weakref


class Alias(type(typing.List[int]), _root=True):
    pass


def attack():
    return "ESCAPED: the registry of all finalizers: " + repr(Alias(weakref.finalize, (int,))._registry)[:60]
