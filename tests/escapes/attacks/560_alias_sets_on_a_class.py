"""No app changes a class of a library through something that forwards what is set on it."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("typing", "json")


import json
import typing


class Alias(type(typing.List[int]), _root=True):
    pass


def attack():
    Alias(json.JSONEncoder, (int,)).item_separator = " spoilt "
    text = json.JSONEncoder().encode([1, 2])
    return "ESCAPED: " + text if "spoilt" in text else ""
