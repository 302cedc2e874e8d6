"""No app stops the kernel in the middle of a copy."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    made = ctypes.CDLL(None, use_errno=True).syscall(323, 1)
    if made < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: this kernel has it switched off"
    return f"ESCAPED: descriptor {made}" if made >= 0 else ""
