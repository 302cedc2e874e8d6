"""No app lists the processes of the machine."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    return "ESCAPED: " + str(len([it for it in os.listdir("/proc") if it.isdigit()])) + " processes"
