"""No app that may connect anywhere takes calls."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("*",)}


import socket


def attack():
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        it.listen()
        return "ESCAPED: listening at " + str(it.getsockname())
