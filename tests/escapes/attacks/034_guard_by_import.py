"""No app takes the place of a guard by importing something under its name."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ("json",)


import json as _getattr_


def attack():
    return "ESCAPED: " + _getattr_.dumps("own guard")
