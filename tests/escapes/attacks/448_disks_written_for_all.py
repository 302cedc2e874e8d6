"""No app has the machine write all that it has not written yet."""

CLASS = "resources"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os

import target


def attack():
    with open(target.DATA + "/mine", "w") as mine:
        number = {"x86_64": 306, "aarch64": 267}[os.uname().machine]
        return "ESCAPED: everybody's" if ctypes.CDLL(None).syscall(number, mine.fileno()) == 0 else ""
