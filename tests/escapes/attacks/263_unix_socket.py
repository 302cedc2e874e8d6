"""No app connects to a service by a path."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket

import target


def attack():
    with socket.socket(socket.AF_UNIX) as it:
        it.connect(target.UNIX_PATH)
        return "ESCAPED: connected to " + it.getpeername()
