"""No app adopts what other processes leave behind."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes

SET_CHILD_SUBREAPER = 36


def attack():
    return "ESCAPED: it is their parent" if ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 else ""
