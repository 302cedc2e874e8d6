"""No app that may reach one port reaches another."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import socket

import target


def attack():
    with socket.create_connection(("127.0.0.1", target.API_PORT), 3) as it:
        return "ESCAPED: connected to " + str(it.getpeername())
