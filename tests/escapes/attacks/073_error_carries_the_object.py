"""No app gets an object of a library out of an error about it."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ("json",)


import json


def attack():
    try:
        json.nothing_of_that_name
    except AttributeError as error:
        return "ESCAPED: " + error.obj.codecs.__name__
