"""No app that may reach one port reaches another by a longer form of the address."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import socket

import target


def attack():
    with socket.socket(socket.AF_INET6) as it:
        it.connect(("::ffff:127.0.0.1", target.API_PORT))
        return "ESCAPED: connected to " + str(it.getpeername())
