"""No class of an app reads a library"s private names for it: not one below super."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("weakref",)


import weakref


class Finalize(weakref.finalize):
    pass


class Super(super):
    pass


def attack():
    mine = Finalize(Super, print)
    return "ESCAPED: the registry of all finalizers: " + repr(Super(Finalize, mine)._registry)[:60]
