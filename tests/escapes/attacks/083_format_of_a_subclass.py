"""No app reads attributes by the format of a class that it derives from str."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("json",)


import json


class Text(str):
    pass


def attack():
    text = Text("{0.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}")
    return "ESCAPED: " + super(Text, text).format(json.dumps)
