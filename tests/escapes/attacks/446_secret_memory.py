"""No app has memory that nobody counts and nobody can look into."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os


def attack():
    made = ctypes.CDLL(None).syscall(447, 0)
    if made >= 0:
        return f"ESCAPED: memory {made}"
    return "ABSENT: this kernel has none" if os.getenv("VAAS_CANARY") else ""
