"""No app traces another process."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes

import target


def attack():
    libc = ctypes.CDLL(None)
    if libc.ptrace(0x4206, target.NEIGHBOUR_PID, None, None) == 0:
        libc.ptrace(17, target.NEIGHBOUR_PID, None, None)
        return "ESCAPED: seized the neighbour"
