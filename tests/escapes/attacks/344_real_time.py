"""No app runs before everything else."""

CLASS = "resources"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        if os.getenv("VAAS_CANARY"):
            return "ABSENT: it needs a right that is not here"
        raise
    return "ESCAPED: " + str(os.sched_getscheduler(0))
