"""No app asks the kernel about its network."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket


def attack():
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as it:
        it.bind((0, 0))
        return "ESCAPED: " + str(it.getsockname())
