"""No app listens to the wire."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import os
import socket


def attack():
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300):
            return "ESCAPED: a packet socket"
    except PermissionError:
        if os.getenv("VAAS_CANARY"):
            return "ABSENT: packet sockets need a right that is not here"
        raise
