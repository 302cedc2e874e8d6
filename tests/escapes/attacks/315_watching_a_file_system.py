"""No app is told what happens in a whole file system."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    made = ctypes.CDLL(None).fanotify_init(0, 0)
    if made < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: it needs a right that is not here"
    return f"ESCAPED: descriptor {made}" if made >= 0 else ""
