"""No app empties another app"s file."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    os.truncate(target.NEIGHBOUR + "/to-truncate", 0)
    return "ESCAPED: " + str(os.stat(target.NEIGHBOUR + "/to-truncate").st_size) + " bytes"
