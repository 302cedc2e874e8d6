"""No app makes a process by the oldest way."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    child = ctypes.CDLL(None).syscall(57)
    if child == 0:
        os._exit(0)
    if child > 0:
        os.waitpid(child, 0)
        return "ESCAPED: forked " + str(child)
