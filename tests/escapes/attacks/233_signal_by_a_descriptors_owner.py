"""No app has the kernel signal another process when something happens."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("fcntl", "os")


import fcntl
import os

import target


def attack():
    reading, writing = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETOWN, target.NEIGHBOUR_PID)
    return "ESCAPED: aimed at " + str(fcntl.fcntl(reading, fcntl.F_GETOWN))
