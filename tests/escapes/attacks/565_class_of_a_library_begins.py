"""No app changes a class of a library by calling the initializer that its own class inherits."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("json",)


import json


class Mine(json.JSONEncoder):
    pass


class Bare(json.JSONEncoder):
    skipkeys = ensure_ascii = check_circular = allow_nan = sort_keys = False
    indent = None

    def __init__(self):
        pass


def spoilt(*values):
    return "spoilt"


def attack():
    Mine.__init__(json.JSONEncoder, default=spoilt)
    return "ESCAPED: " + Bare().encode(object())
