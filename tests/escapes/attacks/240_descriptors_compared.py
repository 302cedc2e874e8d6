"""No app compares what two processes have open."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes

import target


def attack():
    answer = ctypes.CDLL(None).syscall(312, target.SUPERVISOR_PID, target.NEIGHBOUR_PID, 1, 0, 0)
    return "ESCAPED: compared" if answer >= 0 else ""
