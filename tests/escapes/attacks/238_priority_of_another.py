"""No app changes the priority of another process."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    os.setpriority(os.PRIO_PROCESS, target.NEIGHBOUR_PID, os.getpriority(os.PRIO_PROCESS, target.NEIGHBOUR_PID))
    return "ESCAPED: it can be slowed down"
