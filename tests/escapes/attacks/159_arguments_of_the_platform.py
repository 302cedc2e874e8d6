"""No app reads the command line of the platform."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ()


import target


def attack():
    with open("/proc/%d/cmdline" % target.SUPERVISOR_PID) as file:
        return "ESCAPED: " + file.read().replace("\0", " ")
