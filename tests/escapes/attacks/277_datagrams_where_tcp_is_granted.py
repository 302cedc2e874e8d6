"""No app that may connect sends datagrams."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import socket

import target


def attack():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:
        return "ESCAPED: sent " + str(it.sendto(b"hello", ("127.0.0.1", target.UDP_PORT)))
