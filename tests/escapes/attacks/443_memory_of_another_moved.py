"""No app moves the memory of another."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os

import target


def attack():
    number = {"x86_64": 279, "aarch64": 239}[os.uname().machine]
    answer = ctypes.CDLL(None).syscall(number, target.NEIGHBOUR_PID, 0, None, None, None, 0)
    if answer == 0:
        return "ESCAPED: it can be moved"
    return "ABSENT: this kernel has one kind of memory" if os.getenv("VAAS_CANARY") else ""
