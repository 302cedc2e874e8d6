"""No app reads an attribute by the path of a value in a pattern."""

CLASS = "match"
BOUNDARY = "language"
NEEDS = ("json",)


import json


def attack():
    match json.codecs:
        case json.codecs:
            return "ESCAPED: a pattern read json.codecs"
