"""No app reads attributes by a format string."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("json",)


import json


def attack():
    return "ESCAPED: " + "{0.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}".format(json.dumps)
