"""No app puts itself where its broker is, to answer its own calls."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "os", "struct")


import ctypes
import os
import struct

FILTER, LISTENER, NO_NEW_PRIVILEGES = 1, 8, 38


def attack():
    libc = ctypes.CDLL(None)
    ask = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000))
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    number = {"x86_64": 317, "aarch64": 277}[os.uname().machine]
    made = libc.syscall(number, FILTER, LISTENER, struct.pack("HP", 1, ctypes.addressof(ask)))
    return f"ESCAPED: it listens to calls at {made}" if made >= 0 else ""
