"""No app reads the kernel"s messages."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    size = ctypes.CDLL(None).klogctl(10, None, 0)
    if size < 0 and os.getenv("VAAS_CANARY"):
        return "ABSENT: it needs a right that is not here"
    return f"ESCAPED: {size} bytes of messages" if size >= 0 else ""
