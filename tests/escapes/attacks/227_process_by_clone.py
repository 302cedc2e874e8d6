"""No app makes a process by the system call under fork."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    child = ctypes.CDLL(None).syscall(56, 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    if child > 0:
        os.waitpid(child, 0)
        return "ESCAPED: cloned " + str(child)
