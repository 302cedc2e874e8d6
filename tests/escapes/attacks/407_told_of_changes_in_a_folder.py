"""No app is told of what happens in a folder of another."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("fcntl", "os", "signal")


import fcntl
import os

import target


def attack():
    folder = os.open(target.NEIGHBOUR, os.O_RDONLY)
    fcntl.fcntl(folder, fcntl.F_NOTIFY, 0x80000000 | fcntl.DN_MODIFY | fcntl.DN_CREATE)
    fcntl.fcntl(folder, fcntl.F_NOTIFY, 0)
    return "ESCAPED: it is told"
