"""No app makes an error of the framework read attributes."""

CLASS = "vaas"
BOUNDARY = "both"
NEEDS = ("json",)


import json

import vaas


def attack():
    try:
        vaas.http("NOPE")(lambda self: 1)
    except Exception as error:
        kind = type(error)

    class Mine(kind):
        """{it.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}"""

    return "ESCAPED: " + str(Mine(it=json.dumps))
