"""No app reads and writes by a queue that no filter sees."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os


def attack():
    libc = ctypes.CDLL(None)
    queue = ctypes.c_ulong()
    setup, destroy = {"x86_64": (206, 207), "aarch64": (0, 1)}[os.uname().machine]
    if libc.syscall(setup, 1, ctypes.byref(queue)) == 0:
        libc.syscall(destroy, queue)
        return "ESCAPED: a queue"
    return "ABSENT: this kernel has none" if os.getenv("VAAS_CANARY") else ""
