"""No app writes to a library"s function through a descriptor whose class the framework shows."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("vaas", "json")


import json

import vaas


class Cached(type(vaas.Request.headers)):
    pass


class Holder:
    marked = Cached(lambda self: "spoilt")


def attack():
    vars(Holder)["marked"].__get__(json.dumps, None)
    return "ESCAPED: json.dumps is " + json.dumps.marked
