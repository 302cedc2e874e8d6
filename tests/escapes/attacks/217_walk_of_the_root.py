"""No app walks through folders that are not its own."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    found = [names for _, _, names in os.walk(target.NEIGHBOUR)]
    return "ESCAPED: " + ", ".join(found[0]) if found else ""
