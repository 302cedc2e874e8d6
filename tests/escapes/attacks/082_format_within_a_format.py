"""No app reads attributes by a format string within a format string."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("json",)


import json


def attack():
    text = "{0:{1.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}}"
    try:
        return text.format(1, json.dumps)
    except ValueError as error:
        return "ESCAPED: " + str(error) if "canary" in str(error) else text
