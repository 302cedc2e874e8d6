"""No app has a say in what others may store."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os

SYNC = 0x80000100


def attack():
    number = {"x86_64": 179, "aarch64": 60}[os.uname().machine]
    if ctypes.CDLL(None).syscall(number, ctypes.c_uint(SYNC), None, 0, None) == 0:
        return "ESCAPED: it speaks to the quotas"
    return "ABSENT: this kernel has no quotas" if os.getenv("VAAS_CANARY") else ""
