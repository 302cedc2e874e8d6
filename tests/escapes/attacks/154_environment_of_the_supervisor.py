"""No app reads the environment of the platform"s own process."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ()


import target


def attack():
    with open("/proc/%d/environ" % target.SUPERVISOR_PID) as file:
        text = file.read()
    return "ESCAPED: " + [it for it in text.split("\0") if it.startswith("VAAS_CANARY=")][0]
