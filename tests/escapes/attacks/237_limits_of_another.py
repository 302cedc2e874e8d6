"""No app changes the limits of another process."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("resource",)


import resource

import target


def attack():
    soft, hard = resource.prlimit(target.NEIGHBOUR_PID, resource.RLIMIT_NOFILE)
    resource.prlimit(target.NEIGHBOUR_PID, resource.RLIMIT_NOFILE, (soft, hard))
    return f"ESCAPED: it may open {soft}"
