"""No app connects to the node"s own services."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket

import target


def attack():
    with socket.create_connection(("127.0.0.1", target.API_PORT), 3) as it:
        return "ESCAPED: connected to " + str(it.getpeername())
