"""No app lists what is mounted."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "os", "struct")


import ctypes
import os
import struct

LISTMOUNT, ROOT = 458, 0xFFFFFFFFFFFFFFFF


def attack():
    request = struct.pack("IIQQ", 24, 0, ROOT, 0)
    found = (ctypes.c_uint64 * 64)()
    many = ctypes.CDLL(None).syscall(LISTMOUNT, request, found, 64, 0)
    if many < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: this kernel does not know it"
    return f"ESCAPED: {many} mounts" if many > 0 else ""
