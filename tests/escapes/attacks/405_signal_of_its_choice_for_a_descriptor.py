"""No app chooses the signal that a descriptor sends."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("fcntl", "os")


import fcntl
import os

F_SETSIG, F_GETSIG = 10, 11


def attack():
    reading, writing = os.pipe()
    fcntl.fcntl(reading, F_SETSIG, 9)
    return "ESCAPED: it kills, " + str(fcntl.fcntl(reading, F_GETSIG))
