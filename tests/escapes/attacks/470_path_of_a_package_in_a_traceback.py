"""No app learns where its bundle really lies from the traceback of a package in it."""

CLASS = "facades"
BOUNDARY = "language"
NEEDS = ("traceback", "bystander")
FILES = {"_vendor/bystander.py": "def fail():\n    raise ValueError\n"}


import traceback

import bystander


def attack():
    try:
        bystander.fail()
    except ValueError:
        text = traceback.format_exc()
    return "ESCAPED: " + text if "/vaas-escapes" in text else text
