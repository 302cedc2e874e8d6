"""No app reads another app"s data by a link that it makes."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    os.symlink(target.NEIGHBOUR, target.TMP + "/near")
    with open(target.TMP + "/near/secret") as file:
        return "ESCAPED: " + file.read()
