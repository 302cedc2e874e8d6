"""No app opens a terminal."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    ours, theirs = os.openpty()
    return "ESCAPED: a terminal " + os.ttyname(theirs)
