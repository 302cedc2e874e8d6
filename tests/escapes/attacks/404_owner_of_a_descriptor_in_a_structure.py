"""No app names another process as the one to be signalled, in whatever form."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("fcntl", "os", "struct")


import fcntl
import os
import struct

import target

F_SETOWN_EX, F_GETOWN_EX = 15, 16


def attack():
    reading, writing = os.pipe()
    fcntl.fcntl(reading, F_SETOWN_EX, struct.pack("ii", 1, target.NEIGHBOUR_PID))
    kind, owner = struct.unpack("ii", fcntl.fcntl(reading, F_GETOWN_EX, bytes(8)))
    return f"ESCAPED: aimed at {owner}"
