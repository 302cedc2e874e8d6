"""No app changes the tables of the processor."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "os", "struct")


import ctypes
import os
import struct


def attack():
    if os.uname().machine != "x86_64":
        return "ABSENT: this processor has no such tables"
    entry = struct.pack("IIII", 0, 0, 0xFFFFF, 0b1011001)
    if ctypes.CDLL(None).syscall(154, 0x11, entry, len(entry)) == 0:
        return "ESCAPED: a segment of its own"
    return "ABSENT: this kernel lets nobody" if os.getenv("VAAS_CANARY") else ""
