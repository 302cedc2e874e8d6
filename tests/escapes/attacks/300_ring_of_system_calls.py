"""No app makes system calls that no filter sees."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    made = libc.syscall(425, 1, ctypes.create_string_buffer(120))
    if made < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: this kernel has it switched off"
    return f"ESCAPED: descriptor {made}" if made >= 0 else ""
