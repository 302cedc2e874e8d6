"""No app signals a thread of another process."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes

import target


def attack():
    answer = ctypes.CDLL(None).syscall(234, target.NEIGHBOUR_PID, target.NEIGHBOUR_PID, 0)
    return "ESCAPED: it can be signalled" if answer == 0 else ""
