"""No app speaks to the machine beneath a virtual one."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import os
import socket


def attack():
    try:
        with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as it:
            return "ESCAPED: " + str(it.family)
    except OSError as error:
        if error.errno == 97 and os.getenv("VAAS_CANARY"):
            return "ABSENT: this kernel has none"
        raise
