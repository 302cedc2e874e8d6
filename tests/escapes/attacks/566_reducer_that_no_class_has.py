"""No app has copy() set attributes on a class of a library: not by a reducer that only __getattribute__ knows."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("copy", "json")


import copy
import json


class Reduced:
    def __getattribute__(self, name):
        if name == "__reduce_ex__":
            return lambda protocol: (lambda: json.JSONEncoder, (), (None, {"item_separator": " spoilt "}))
        return None


def attack():
    copy.copy(Reduced())
    text = json.JSONEncoder().encode([1, 2])
    return "ESCAPED: " + text if "spoilt" in text else ""
