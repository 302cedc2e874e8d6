"""No formatter of logs writes out what an object keeps to itself."""

CLASS = "format"
BOUNDARY = "language"
NEEDS = ("logging", "weakref")


import logging
import weakref


def attack():
    text = logging.Formatter("%(_registry)s").formatMessage(weakref.finalize)
    return "ESCAPED: the registry of all finalizers: " + text[:60] if text.startswith("{") else ""
