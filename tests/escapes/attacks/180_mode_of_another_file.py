"""No app changes the mode of another app"s file."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    place = target.NEIGHBOUR + "/to-change"
    os.chmod(place, 0o777)
    return "ESCAPED: mode 777" if os.stat(place).st_mode & 0o777 == 0o777 else ""
