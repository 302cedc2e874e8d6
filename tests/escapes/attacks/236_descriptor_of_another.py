"""No app takes a descriptor out of another process."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os

import target


def attack():
    process = os.pidfd_open(target.SUPERVISOR_PID)
    taken = ctypes.CDLL(None, use_errno=True).syscall(438, process, 0, 0)
    return f"ESCAPED: took descriptor {taken}" if taken >= 0 else ""
