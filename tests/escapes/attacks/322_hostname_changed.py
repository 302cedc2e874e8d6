"""No app renames the machine."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os


def attack():
    libc = ctypes.CDLL(None)
    if os.getenv("VAAS_CANARY") and libc.unshare(0x04000000):
        return "ABSENT: it needs a right that is not here"
    name = os.uname().nodename.encode()  # and so no harm if it works
    return "ESCAPED: renamed" if libc.sethostname(name, len(name)) == 0 else ""
