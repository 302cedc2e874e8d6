"""No app opens what its parent has open."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    opened = [os.readlink(f"/proc/{os.getppid()}/fd/{it}") for it in os.listdir(f"/proc/{os.getppid()}/fd")]
    return "ESCAPED: " + str(opened)[:100]
