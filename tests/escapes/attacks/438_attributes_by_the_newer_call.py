"""No app reads what another has noted on its files by the newer call."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("ctypes", "os", "struct")


import ctypes
import os
import struct

import target

GETXATTRAT = 464


def attack():
    value = ctypes.create_string_buffer(100)
    arguments = struct.pack("QII", ctypes.addressof(value), 100, 0)
    path = (target.NEIGHBOUR + "/secret").encode()
    size = ctypes.CDLL(None).syscall(GETXATTRAT, -100, path, 0, b"user.note", arguments, 16)
    if size < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: this kernel does not know it"
    return "ESCAPED: " + value.raw[:size].decode() if size > 0 else ""
