"""No app makes itself readable to its neighbours again."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes


def attack():
    libc = ctypes.CDLL(None)
    libc.prctl(4, 1, 0, 0, 0)
    libc.prctl(4, 1, 0, 0, 0)
    return "ESCAPED: it can be dumped" if libc.prctl(3, 0, 0, 0, 0) == 1 else ""
