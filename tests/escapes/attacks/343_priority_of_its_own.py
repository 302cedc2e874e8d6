"""No app puts itself before others."""

CLASS = "resources"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    if os.getenv("VAAS_CANARY") and os.getuid():
        return "ABSENT: only root may"
    return "ESCAPED: nice " + str(os.nice(-5))
