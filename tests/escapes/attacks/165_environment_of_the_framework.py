"""No app reads the platform"s environment through the framework."""

CLASS = "vaas"
BOUNDARY = "both"
NEEDS = ()


import vaas


def attack():
    return "ESCAPED: " + vaas.env["VAAS_CANARY"]
