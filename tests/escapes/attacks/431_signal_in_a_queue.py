"""No app queues a signal for another process."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes", "os", "struct")


import ctypes
import os
import struct

import target

CONTINUE, QUEUED = 18, -1


def attack():
    number = {"x86_64": 129, "aarch64": 138}[os.uname().machine]
    facts = struct.pack("iii4xii", CONTINUE, 0, QUEUED, os.getpid(), os.getuid()).ljust(128, b"\0")
    answer = ctypes.CDLL(None).syscall(number, target.NEIGHBOUR_PID, CONTINUE, facts)
    return "ESCAPED: queued" if answer == 0 else ""
