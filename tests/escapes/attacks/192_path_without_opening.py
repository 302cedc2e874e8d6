"""No app reads a file that it has only pointed at."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    pointed = os.open(target.NEIGHBOUR, os.O_PATH)
    os.fchdir(pointed)
    with open("secret") as file:
        return "ESCAPED: " + file.read()
