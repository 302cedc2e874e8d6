"""No app takes the place of a guard by assigning its name."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ("json",)


import json

_write_ = lambda obj, name: obj


def attack():
    json.JSONEncoder.default = lambda self, it: "owned"
    return "ESCAPED: " + json.dumps(object())
