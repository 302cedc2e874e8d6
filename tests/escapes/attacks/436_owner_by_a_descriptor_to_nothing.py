"""No app gives another's file to somebody by a descriptor that only points to it."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os

import target

EMPTY_PATH = 0x1000


def attack():
    pointed = os.open(target.NEIGHBOUR + "/to-change", os.O_PATH)
    found = os.fstat(pointed)
    number = {"x86_64": 260, "aarch64": 54}[os.uname().machine]
    answer = ctypes.CDLL(None).syscall(number, pointed, b"", found.st_uid, found.st_gid, EMPTY_PATH)
    return "ESCAPED: given to " + str(found.st_uid) if answer == 0 else ""
