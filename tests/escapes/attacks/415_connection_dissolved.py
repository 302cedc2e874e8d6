"""No app dissolves a connection that it may have to make one that it may not."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("ctypes", "socket")
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import ctypes
import socket

import target


def attack():
    unspecified = bytes(16)
    with socket.create_connection(("127.0.0.1", target.OTHER_PORT), 3) as it:
        it.settimeout(None)
        ctypes.CDLL(None).connect(it.fileno(), unspecified, len(unspecified))
        it.connect(("127.0.0.1", target.API_PORT))
        return "ESCAPED: connected to " + str(it.getpeername())
