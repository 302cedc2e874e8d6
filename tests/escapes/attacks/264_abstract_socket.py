"""No app connects to a service that has no path."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket

import target


def attack():
    with socket.socket(socket.AF_UNIX) as it:
        it.connect("\0" + target.ABSTRACT)
        return "ESCAPED: connected to " + repr(it.getpeername())
