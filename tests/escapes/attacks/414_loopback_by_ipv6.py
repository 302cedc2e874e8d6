"""No app that may reach the whole world reaches the machine it is on by IPv6."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("*",)}


import socket

import target

NAMES = ("::ffff:127.0.0.1", "::ffff:0.0.0.0", "::ffff:127.2.3.4")


def attack():
    reached = []
    for name in NAMES:
        try:
            with socket.socket(socket.AF_INET6) as it:
                it.connect((name, target.API_PORT))
                reached.append(name)
        except OSError:
            pass
    return "ESCAPED: connected to " + str(reached) if reached else ""
