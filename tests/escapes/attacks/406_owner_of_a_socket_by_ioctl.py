"""No app aims the signals of a socket at another process."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("fcntl", "socket", "struct")


import fcntl
import socket
import struct

import target

FIOSETOWN, FIOGETOWN = 0x8901, 0x8903


def attack():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        fcntl.ioctl(ours, FIOSETOWN, struct.pack("i", target.NEIGHBOUR_PID))
        return "ESCAPED: aimed at " + str(struct.unpack("i", fcntl.ioctl(ours, FIOGETOWN, bytes(4)))[0])
