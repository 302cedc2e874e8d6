"""No app becomes another user."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    if os.getenv("VAAS_CANARY") and os.getuid():
        return "ABSENT: only root may become others"
    os.setresuid(12345, 12345, 12345)
    return "ESCAPED: now " + str(os.getuid())
