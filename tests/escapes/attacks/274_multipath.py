"""No app connects by a protocol whose ports nobody checks."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket

import target


def attack():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as it:
        it.settimeout(3)
        it.connect(("127.0.0.1", target.API_PORT))
        return "ESCAPED: connected to " + str(it.getpeername())
