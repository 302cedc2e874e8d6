"""No library method sets an attribute on a class of another library for an app."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("logging", "json")


import json
import logging


def attack():
    logging.Handler.setLevel(json.JSONEncoder, 10)
    return "ESCAPED: JSONEncoder has the level " + str(json.JSONEncoder.level)
