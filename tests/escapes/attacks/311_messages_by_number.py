"""No app leaves messages for another by a number."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes


def attack():
    libc = ctypes.CDLL(None)
    made = libc.msgget(0, 0o600 | 0o1000)
    if made >= 0:
        libc.msgctl(made, 0, None)
        return f"ESCAPED: queue {made}"
