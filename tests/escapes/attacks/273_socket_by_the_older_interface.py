"""No app makes a socket by the numbering of another architecture."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    made = libc.syscall(0x40000000 + 41, 1, 1, 0)
    if made < 0 and ctypes.get_errno() == 38 and os.getenv("VAAS_CANARY"):
        return "ABSENT: this kernel has no such numbering"
    return f"ESCAPED: descriptor {made}" if made >= 0 else ""
