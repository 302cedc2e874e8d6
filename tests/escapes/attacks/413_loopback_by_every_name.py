"""No app that may reach the whole world reaches the machine it is on."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("*",)}


import socket

import target

NAMES = ("127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0.0.0.0", "0", "127.9.9.9", "localhost")


def attack():
    reached = []
    for name in NAMES:
        try:
            with socket.create_connection((name, target.API_PORT), 3):
                reached.append(name)
        except OSError:
            pass
    return "ESCAPED: connected to " + str(reached) if reached else ""
