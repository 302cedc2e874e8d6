"""No app changes the times of another app"s file."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    place = target.NEIGHBOUR + "/to-change"
    os.utime(place, (1, 1))
    return "ESCAPED: changed in 1970" if os.stat(place).st_mtime == 1 else ""
