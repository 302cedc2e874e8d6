"""No app marks its packets as another's."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import socket

SO_MARK = 36


def attack():
    with socket.socket() as it:
        it.setsockopt(socket.SOL_SOCKET, SO_MARK, 1)
        return "ESCAPED: marked " + str(it.getsockopt(socket.SOL_SOCKET, SO_MARK))
