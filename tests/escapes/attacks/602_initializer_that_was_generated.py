"""No method that a library generates for an app"s class sets attributes on a library"s class."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("dataclasses", "json")


import dataclasses
import json


@dataclasses.dataclass
class Generated:
    item_separator: str


def attack():
    Generated.__init__(json.JSONEncoder, " spoilt ")
    text = json.JSONEncoder().encode([1, 2])
    return "ESCAPED: " + text if "spoilt" in text else ""
