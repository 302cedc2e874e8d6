"""No app resolves names, which carry messages out."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket


def attack():
    with open("/etc/resolv.conf") as file:
        resolver = file.readline()
    return "ESCAPED: would ask " + resolver + str(socket.getaddrinfo("localhost", 80)[0][4])
