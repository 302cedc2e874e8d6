"""No app lists the interfaces of the network, by a socket that leads nowhere."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("fcntl", "socket", "struct")


import fcntl
import socket
import struct

SIOCGIFCONF, SIOCGIFNAME = 0x8912, 0x8910


def attack():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        return "ESCAPED: " + fcntl.ioctl(ours, SIOCGIFNAME, struct.pack("16si20x", b"", 1))[:16].strip(b"\0").decode()
