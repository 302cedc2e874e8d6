"""No app moves another app"s file into its own folder."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    os.rename(target.NEIGHBOUR + "/to-move", target.DATA + "/moved")
    with open(target.DATA + "/moved") as file:
        return "ESCAPED: " + file.read()
