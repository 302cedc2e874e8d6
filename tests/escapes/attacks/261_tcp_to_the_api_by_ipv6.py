"""No app reaches the node"s own services by their other address."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket

import target


def attack():
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as it:
        it.settimeout(3)
        it.connect(("::ffff:127.0.0.1", target.API_PORT))
        return "ESCAPED: connected to " + str(it.getpeername())
