"""No app opens a file again by its descriptor in /proc."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    pointed = os.open(target.NEIGHBOUR + "/secret", os.O_PATH)
    with open(f"/proc/self/fd/{pointed}") as file:
        return "ESCAPED: " + file.read()
