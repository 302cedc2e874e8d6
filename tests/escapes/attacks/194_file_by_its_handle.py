"""No app opens a file by a handle that needs no path."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os

import target


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    handle = ctypes.create_string_buffer(136)
    ctypes.memmove(handle, (128).to_bytes(4, "little"), 4)
    mount = ctypes.c_int()
    if libc.name_to_handle_at(-100, (target.NEIGHBOUR + "/secret").encode(), handle, ctypes.byref(mount), 0):
        return "ABSENT: this file system gives no handles" if ctypes.get_errno() == 95 else ""
    folder = os.open(target.DATA, os.O_RDONLY)
    opened = libc.open_by_handle_at(folder, handle, os.O_RDONLY)
    if opened < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: opening by handle needs a right that is not here"
    return "ESCAPED: " + os.read(opened, 100).decode() if opened >= 0 else ""
