"""No app takes another app"s file into its own folder by a second name."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    os.link(target.NEIGHBOUR + "/secret", target.DATA + "/taken")
    with open(target.DATA + "/taken") as file:
        return "ESCAPED: " + file.read()
