"""No app reads a file by the loader of a module."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("json",)


import json


def attack():
    return "ESCAPED: " + json.__loader__.get_data("/etc/hostname").decode()
