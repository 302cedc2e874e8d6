"""No app reads attributes by a format string that a library applies."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("logging", "json")


import json
import logging


def attack():
    formatter = logging.Formatter if hasattr(logging, "Formatter") else type(logging.getLogger().handlers[0].formatter)
    record = logging.getLogger("mine").makeRecord("mine", 20, "f", 1, "m", (), None, extra={"it": json.dumps})
    text = formatter("{it.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}", None, "{").format(record)
    return "ESCAPED: " + text
