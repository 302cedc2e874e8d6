"""No app that may reach a port of one host reaches that port of another."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("api.example.com:{API_PORT}",)}


import socket

import target


def attack():
    with socket.create_connection(("127.0.0.1", target.API_PORT), 3) as it:
        return "ESCAPED: connected to " + str(it.getpeername())
