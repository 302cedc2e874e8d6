"""No app changes the order in which others get to the disk."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os

import target

PROCESS, IDLE = 1, 3 << 13


def attack():
    number = {"x86_64": 251, "aarch64": 30}[os.uname().machine]
    answer = ctypes.CDLL(None).syscall(number, PROCESS, target.NEIGHBOUR_PID, IDLE)
    return "ESCAPED: it comes last now" if answer == 0 else ""
