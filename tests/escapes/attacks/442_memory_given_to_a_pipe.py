"""No app gives pages of its memory to a pipe."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes", "os", "struct")


import ctypes
import os
import struct


def attack():
    reading, writing = os.pipe()
    text = ctypes.create_string_buffer(b"hello")
    part = struct.pack("PN", ctypes.addressof(text), 5)
    number = {"x86_64": 278, "aarch64": 75}[os.uname().machine]
    given = ctypes.CDLL(None).syscall(number, writing, part, 1, 0)
    return "ESCAPED: " + os.read(reading, 5).decode() if given == 5 else ""
