"""No app makes a file system by the newer interface."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os


def attack():
    made = ctypes.CDLL(None).syscall(430, b"tmpfs", 0)
    if made < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: it needs a right that is not here"
    return f"ESCAPED: file system {made}" if made >= 0 else ""
