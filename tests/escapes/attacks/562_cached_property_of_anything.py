"""No app reads what an object keeps to itself through a descriptor of a library."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("functools", "types", "weakref")


import functools
import types
import weakref


class Cached(functools.cached_property):
    pass


class Peek:
    def look(self):
        return self._registry


def attack():
    cached = Cached(lambda self: None)
    cached.attrname = "_space"
    names = globals()
    if isinstance(names, dict):
        names = types.SimpleNamespace(_space=names)
    cached.__get__(names, None)["_prove_"] = lambda *names: True
    return "ESCAPED: the registry of all finalizers: " + repr(Peek.look(weakref.finalize))[:60]
