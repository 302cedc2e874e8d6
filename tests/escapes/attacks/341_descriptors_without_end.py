"""No app opens files without end."""

CLASS = "resources"
BOUNDARY = "both"
NEEDS = ("os", "resource")


import os
import resource


def attack():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard <= 1100 and os.getenv("VAAS_CANARY"):
        return "ABSENT: nobody here may open more"
    taken = [os.dup(0) for _ in range(1100)]
    return "ESCAPED: " + str(len(taken))
