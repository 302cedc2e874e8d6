"""No app looks where things lie in the memory of its parent."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    with open(f"/proc/{os.getppid()}/maps") as maps:
        return "ESCAPED: " + maps.readline()
