"""No app mounts a file system."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os

import target


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    if os.getenv("VAAS_CANARY") and libc.unshare(0x00020000 | (0 if os.getuid() == 0 else 0x10000000)):
        return "ABSENT: mounting needs a right that is not here"
    if libc.mount(b"none", target.TMP.encode(), b"tmpfs", 0, None) == 0:
        return "ESCAPED: mounted"
    return "ABSENT: mounting needs a right that is not here" if os.getenv("VAAS_CANARY") else ""
