"""No app shares memory with another by a number."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes


def attack():
    libc = ctypes.CDLL(None)
    made = libc.shmget(0, 4096, 0o600 | 0o1000)
    if made >= 0:
        libc.shmctl(made, 0, None)
        return f"ESCAPED: segment {made}"
