"""No app looks at what others want called when their objects die."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("weakref",)


import weakref


class Mine(weakref.finalize):
    _registry = {}

    def steal(self):
        return super()._registry


def attack():
    it = Mine(lambda: None, print)
    found = it.steal()
    it.detach()
    return "ESCAPED: a registry of " + type(found).__name__ if found is not Mine._registry else ""
