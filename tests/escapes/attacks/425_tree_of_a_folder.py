"""No app takes a folder of another as a mount of its own."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("ctypes", "os")


import ctypes
import os

import target

CLONE = 1


def attack():
    tree = ctypes.CDLL(None).syscall(428, -100, target.NEIGHBOUR.encode(), CLONE)
    if tree < 0:
        return "ABSENT: it needs a right that is not here" if os.getenv("VAAS_CANARY") else ""
    with open(os.open("secret", os.O_RDONLY, dir_fd=tree)) as file:
        return "ESCAPED: " + file.read()
