"""No method that a library generates for an app"s class hands it what a library"s class keeps to itself."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("dataclasses", "weakref")


import dataclasses
import weakref

found = []


class Spy:
    def __gt__(self, other):
        found.append(other)
        return True


class Other:
    _registry = Spy()


@dataclasses.dataclass(order=True)
class Generated:
    _registry: object


def attack():
    Generated.__lt__(weakref.finalize, Other)
    return "ESCAPED: the registry of all finalizers: " + repr(found[0])[:60] if isinstance(found[0], dict) else ""
