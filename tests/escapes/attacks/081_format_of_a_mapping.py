"""No app reads attributes by a format string with a mapping."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("json",)


import json


def attack():
    text = "{it.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}"
    return "ESCAPED: " + text.format_map({"it": json.dumps})
