"""No app declares a connection to be there that nobody agreed to."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import socket

import target

TCP_REPAIR = 19


def attack():
    with socket.socket() as it:
        it.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        return "ESCAPED: it may say what state its connections are in"
