"""No app reads the environment of the platform."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    return "ESCAPED: " + os.environ["VAAS_CANARY"]
