"""No app loads a program into the kernel."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    wanted = (2).to_bytes(4, "little") + (4).to_bytes(4, "little") * 2 + (1).to_bytes(4, "little") + bytes(56)
    made = libc.syscall(321, 0, wanted, len(wanted))
    if made < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: it needs a right that is not here"
    return f"ESCAPED: descriptor {made}" if made >= 0 else ""
