"""No app learns from deepcopy() what an object keeps to itself."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("copy", "weakref")


import copy
import weakref

kept = []


class Memo:
    """Lets the copy begin, gives an empty one for what is deeper, and keeps what it is told to keep."""

    asked = 0

    def get(self, key, default):
        self.asked += 1
        return {} if self.asked == 4 else default

    def __setitem__(self, key, value):
        pass

    def __getitem__(self, key):
        return kept


class Peek:
    def look(self):
        return self._registry


class Names:
    """What globals() is in restricted code."""


def attack():
    names = globals()
    if isinstance(names, dict):
        names = Names()
        names._space = globals()
    try:
        copy.deepcopy(names, Memo())
    except TypeError:
        pass
    space = [it for it in kept if isinstance(it, dict) and "_space" in it][0]["_space"]
    space["_prove_"] = lambda *names: True
    return "ESCAPED: the registry of all finalizers: " + repr(Peek.look(weakref.finalize))[:60]
