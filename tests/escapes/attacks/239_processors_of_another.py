"""No app decides where another process runs."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    os.sched_setaffinity(target.NEIGHBOUR_PID, os.sched_getaffinity(target.NEIGHBOUR_PID))
    return "ESCAPED: it can be pinned"
