"""No app signals another process by its main thread's number."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os

import target


def attack():
    number = {"x86_64": 200, "aarch64": 130}[os.uname().machine]
    return "ESCAPED: signalled" if ctypes.CDLL(None).syscall(number, target.NEIGHBOUR_PID, 18) == 0 else ""
