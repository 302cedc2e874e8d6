"""No app lists which other apps there are."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    return "ESCAPED: " + ", ".join(os.listdir(os.path.dirname(os.path.dirname(target.NEIGHBOUR))))
