"""No app makes system calls by the numbers of an interface for smaller pointers."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os


def attack():
    if os.uname().machine != "x86_64":
        return "ABSENT: this processor has no such interface"
    made = ctypes.CDLL(None).syscall(0x40000000 + 41, 1, 1, 0)
    if made < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: this kernel has no such interface"
    return f"ESCAPED: socket {made}" if made >= 0 else ""
