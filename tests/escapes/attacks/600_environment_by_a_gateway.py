"""No granted library hands an app the environment of the process."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ("wsgiref",)


import wsgiref.handlers


def attack():
    return "ESCAPED: " + wsgiref.handlers.read_environ()["VAAS_CANARY"]
