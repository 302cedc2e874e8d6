"""No app keeps keys in the kernel."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    made = ctypes.CDLL(None, use_errno=True).syscall(248, b"user", b"planted", b"key", 3, ctypes.c_int(-2))
    if made < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: this kernel has no keys"
    return f"ESCAPED: key {made}" if made >= 0 else ""
