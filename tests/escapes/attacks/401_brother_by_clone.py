"""No app makes a process that is its parent's child."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os


def attack():
    parent, signal_of_its_end = 0x8000, 17
    libc = ctypes.CDLL(None)
    number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
    brother = libc.syscall(number, parent | signal_of_its_end, 0, 0, 0, 0)
    if brother == 0:
        os._exit(0)
    return "ESCAPED: a brother, " + str(brother) if brother > 0 else ""
