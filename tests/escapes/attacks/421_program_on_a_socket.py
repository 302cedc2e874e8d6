"""No app has the kernel run a program for each packet."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "socket", "struct")


import ctypes
import socket
import struct

SO_ATTACH_FILTER = 26


def attack():
    everything = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0xFFFFFFFF))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(everything)))
        return "ESCAPED: a program of its own in the kernel"
