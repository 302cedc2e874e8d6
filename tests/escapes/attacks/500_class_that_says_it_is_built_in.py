"""No app sees the bases of a library's class by a class that says it is one of the built-in types."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ("enum", "logging")


import enum
import logging


def attack():
    kind = type(logging.getLogger("mine"))
    made = enum.Enum("Made", [], module="builtins", type=kind)
    for base in made.__mro__:
        manager = getattr(base, "manager", None)
        if manager is not None and "vaas.host.audit" in manager.loggerDict:
            return "ESCAPED: " + base.__name__ + " leads to the logger vaas.host.audit"
