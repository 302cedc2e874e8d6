"""No app signals another app."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    os.kill(target.NEIGHBOUR_PID, 18)
    return "ESCAPED: told it to go on"
