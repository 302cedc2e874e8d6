"""No app connects by sending the first bytes at once."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import socket

import target


def attack():
    with socket.socket() as it:
        it.sendto(b"hello", 0x20000000, ("127.0.0.1", target.API_PORT))
        return "ESCAPED: connected to " + str(it.getpeername())
