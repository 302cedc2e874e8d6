"""No app makes a function from code and a library"s variables."""

CLASS = "object-graph"
BOUNDARY = "both"
NEEDS = ("json",)


import json


def attack():
    made = type(attack)((lambda: open("/etc/hostname").read()).__code__, json.dumps.__globals__)
    return "ESCAPED: " + made()
