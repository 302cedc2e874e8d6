"""No app learns where the locks of another lie."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os

import target


def attack():
    head, size = ctypes.c_void_p(), ctypes.c_size_t()
    number = {"x86_64": 274, "aarch64": 100}[os.uname().machine]
    answer = ctypes.CDLL(None).syscall(number, target.NEIGHBOUR_PID, ctypes.byref(head), ctypes.byref(size))
    return f"ESCAPED: at {head.value:#x}" if answer == 0 and head.value else ""
