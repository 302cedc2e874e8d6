"""No app sends to a path from one end of a pair."""

CLASS = "network"
BOUNDARY = "both"
NEEDS = ("socket",)


import os
import socket

import target


def attack():
    there = target.TMP + "/there"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as waiting:
        waiting.bind(there)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with ours, theirs:
            return "ESCAPED: sent " + str(ours.sendto(b"hello", there))
