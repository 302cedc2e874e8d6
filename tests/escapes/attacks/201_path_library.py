"""No app reads a file outside its folders by a path object."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("pathlib",)


import pathlib


def attack():
    return "ESCAPED: " + (pathlib.Path("/etc") / "hostname").read_text()
