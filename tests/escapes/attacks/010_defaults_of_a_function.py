"""No app changes the defaults of a library"s function."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ("json",)


import json


def attack():
    json.dumps.__kwdefaults__["indent"] = 3
    return "ESCAPED: " + json.dumps([1]) if "\n" in json.dumps([1]) else ""
