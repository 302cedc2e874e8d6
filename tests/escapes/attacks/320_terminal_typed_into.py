"""No app types into a terminal."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("os", "fcntl")


import fcntl
import os


def attack():
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, 0x5401, bytes(60))
    return "ESCAPED: a terminal " + os.ttyname(theirs)
