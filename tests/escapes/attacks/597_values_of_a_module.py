"""No granted library imports for an app what its own code may not import."""

CLASS = "imports"
BOUNDARY = "both"
NEEDS = ("optparse",)


import optparse


def attack():
    values = optparse.Values({})
    values.read_module("os", "loose")
    return "ESCAPED: " + values.environ["VAAS_CANARY"]
