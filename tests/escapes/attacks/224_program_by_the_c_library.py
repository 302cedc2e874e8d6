"""No app starts a program by way of C."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes


def attack():
    return "ESCAPED: the shell ended well" if ctypes.CDLL(None).system(b"true") == 0 else ""
