"""No method of the platform"s own classes sets an attribute on another class for an app."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("logging", "json")


import json
import logging


def attack():
    try:
        logging.Logger.setLevel(json.JSONEncoder, 10)
    except AttributeError:
        pass
    return "ESCAPED: JSONEncoder has the level " + str(json.JSONEncoder.level)
