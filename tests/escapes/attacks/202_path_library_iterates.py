"""No app lists a folder outside its own by a path object."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("pathlib",)


import pathlib

import target


def attack():
    return "ESCAPED: " + ", ".join(it.name for it in pathlib.Path(target.NEIGHBOUR).iterdir())
