"""No app makes a pipe in the folder of another."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os", "stat")


import os
import stat

import target


def attack():
    path = target.NEIGHBOUR + "/pipe"
    os.mkfifo(path)
    mode = os.stat(path).st_mode
    os.unlink(path)
    return "ESCAPED: " + stat.filemode(mode)
