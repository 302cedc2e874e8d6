"""An app's filters, and its way to show warnings, are its own: the process's stay as they are."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("warnings", "logging", "functools")


import logging
import warnings


def attack():
    for name in ("filters", "_filters_mutated", "onceregistry", "sys", "linecache", "defaultaction"):
        try:
            return f"ESCAPED: warnings.{name} is {getattr(warnings, name)!r}"
        except AttributeError:
            pass
    catching = warnings.catch_warnings(record=True)
    for name in ("_before", "_module", "_filters", "_record"):
        try:
            return f"ESCAPED: catch_warnings().{name} is {getattr(catching, name)!r}"
        except AttributeError:
            pass
    with catching as seen:
        warnings.simplefilter("always")
        warnings.warn("x", source=attack)
    for each in seen:
        for name in ("__globals__", "f_back", "tb_frame"):
            if hasattr(each, name) or hasattr(each.source, name):
                return f"ESCAPED: {name} of a warning"
    logging.captureWarnings(True)
    for value in (warnings.showwarning, warnings.formatwarning):
        for name in ("__globals__", "__closure__", "__code__"):
            if hasattr(value, name):
                return f"ESCAPED: {name} of {value!r}"
    return "repelled"
