"""No app listens for others."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket


def attack():
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        it.listen()
        return "ESCAPED: listening at " + str(it.getsockname())
