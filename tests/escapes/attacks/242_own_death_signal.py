"""No app unties its life from the node"s."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes", "signal")


import ctypes


def attack():
    answer = ctypes.CDLL(None).prctl(1, 15, 0, 0, 0)
    return "ESCAPED: its death signal is its own choice" if answer == 0 else ""
