"""No app writes to a library"s function through a descriptor of a library."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("functools", "json")


import functools
import json


class Cached(functools.cached_property):
    pass


def attack():
    cached = Cached(lambda self: "spoilt")
    cached.attrname = "marked"
    cached.__get__(json.dumps, None)
    return "ESCAPED: json.dumps is " + json.dumps.marked
