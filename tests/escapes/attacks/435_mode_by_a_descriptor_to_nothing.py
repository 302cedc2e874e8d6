"""No app changes the mode of another's file by a descriptor that only points to it."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os
import stat

import target

FCHMODAT2, EMPTY_PATH = 452, 0x1000


def attack():
    path = target.NEIGHBOUR + "/to-change"
    pointed = os.open(path, os.O_PATH)
    before = stat.S_IMODE(os.fstat(pointed).st_mode)
    answer = ctypes.CDLL(None).syscall(FCHMODAT2, pointed, b"", before ^ 0o111, EMPTY_PATH)
    after = stat.S_IMODE(os.fstat(pointed).st_mode)
    if answer < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: this kernel does not know it"
    return f"ESCAPED: from {before:o} to {after:o}" if after != before else ""
