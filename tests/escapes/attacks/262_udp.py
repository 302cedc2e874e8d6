"""No app sends datagrams."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket

import target


def attack():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:
        return "ESCAPED: sent " + str(it.sendto(b"hello", ("127.0.0.1", target.UDP_PORT)))
