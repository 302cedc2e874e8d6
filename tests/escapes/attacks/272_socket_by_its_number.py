"""No app makes a socket by the system call alone."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes


def attack():
    made = ctypes.CDLL(None).syscall(41, 1, 1, 0)
    return f"ESCAPED: descriptor {made}" if made >= 0 else ""
