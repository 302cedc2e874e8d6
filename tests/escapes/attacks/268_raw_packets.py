"""No app sends packets that it has built itself."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket


def attack():
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, 1):
            return "ESCAPED: a raw socket"
    except PermissionError as error:
        import os

        if os.getenv("VAAS_CANARY"):
            return "ABSENT: raw sockets need a right that is not here"
        raise
