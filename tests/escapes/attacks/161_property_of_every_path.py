"""No app changes the names of everybody"s paths."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("pathlib",)


import pathlib


def attack():
    pathlib.PurePath.name.__init__(lambda self: "owned")
    return "ESCAPED: " + pathlib.PurePosixPath("/etc/hostname").name
