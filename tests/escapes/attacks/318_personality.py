"""No app switches off the shuffling of addresses."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes


def attack():
    answer = ctypes.CDLL(None).personality(0x0040000)
    return "ESCAPED: addresses are fixed" if answer >= 0 else ""
