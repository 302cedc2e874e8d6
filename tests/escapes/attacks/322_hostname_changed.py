"""No app renames the machine."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os
import socket


def attack():
    libc = ctypes.CDLL(None)
    if os.getenv("VAAS_CANARY") and libc.unshare(0x04000000):
        return "ABSENT: it needs a right that is not here"
    if not os.getenv("VAAS_CANARY") or True:
        name = os.uname().nodename.encode()
        return "ESCAPED: renamed" if libc.sethostname(name, len(name)) == 0 else ""
