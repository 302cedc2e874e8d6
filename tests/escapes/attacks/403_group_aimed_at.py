"""No app has the kernel signal a group of other processes when something happens."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("fcntl", "os")


import fcntl
import os

import target


def attack():
    reading, writing = os.pipe()
    group = os.getpgid(target.NEIGHBOUR_PID)
    fcntl.fcntl(reading, fcntl.F_SETOWN, -group)
    return "ESCAPED: aimed at the group " + str(group)
