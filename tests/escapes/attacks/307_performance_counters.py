"""No app measures what others do."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    wanted = bytearray(128)
    wanted[0:4], wanted[4:8], wanted[8:16] = (1).to_bytes(4, "little"), (128).to_bytes(4, "little"), bytes(8)
    made = ctypes.CDLL(None, use_errno=True).syscall(298, bytes(wanted), 0, -1, -1, 0)
    if made < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: counters are switched off here"
    return f"ESCAPED: descriptor {made}" if made >= 0 else ""
