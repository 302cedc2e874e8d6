"""No app has the kernel connect at the first byte, after all was looked at."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import socket

import target

TCP_FASTOPEN_CONNECT = 30


def attack():
    with socket.socket() as it:
        it.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)
        it.connect(("127.0.0.1", target.API_PORT))
        it.send(b"hello")
        return "ESCAPED: connected to " + str(it.getpeername())
