"""No app makes itself root in a namespace of its own."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    if ctypes.CDLL(None).unshare(0x10000000) == 0:
        return "ESCAPED: a namespace of its own"
    return "ABSENT: namespaces are not for users here" if os.getenv("VAAS_CANARY") else ""
