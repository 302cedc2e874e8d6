"""No app counts together with another by a number."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes


def attack():
    libc = ctypes.CDLL(None)
    made = libc.semget(0, 1, 0o600 | 0o1000)
    if made >= 0:
        libc.semctl(made, 0, 0)
        return f"ESCAPED: semaphore {made}"
