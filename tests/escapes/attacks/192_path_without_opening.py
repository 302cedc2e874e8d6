"""No app reads a file in a folder that it has only pointed at."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os", "posix")


import os
import posix

import target


def attack():
    pointed = os.open(target.NEIGHBOUR, os.O_PATH)
    return "ESCAPED: " + os.read(posix.open("secret", os.O_RDONLY, dir_fd=pointed), 100).decode()
