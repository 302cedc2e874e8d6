"""No app signals the platform."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    os.kill(target.SUPERVISOR_PID, 0)
    return "ESCAPED: it can be signalled"
