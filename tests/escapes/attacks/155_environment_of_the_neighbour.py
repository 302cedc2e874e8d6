"""No app reads the environment of another app."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ()


import target


def attack():
    with open("/proc/%d/environ" % target.NEIGHBOUR_PID) as file:
        return "ESCAPED: " + str(len(file.read())) + " bytes"
