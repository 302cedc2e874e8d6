"""No app reads the platform"s environment under another name."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    return "ESCAPED: " + os.environb[b"VAAS_CANARY"].decode()
