"""No app enters the namespace of another process."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("os", "ctypes")


import ctypes
import os

import target


def attack():
    descriptor = os.open(f"/proc/{target.NEIGHBOUR_PID}/ns/uts", os.O_RDONLY)
    if ctypes.CDLL(None).setns(descriptor, 0) == 0:
        return "ESCAPED: entered"
    return "ABSENT: it needs a right that is not here" if os.getenv("VAAS_CANARY") else ""
