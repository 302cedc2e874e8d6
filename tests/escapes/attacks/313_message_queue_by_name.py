"""No app opens a queue of the kernel by its name."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    name = f"vaas-escapes-{os.getpid()}".encode()
    made = libc.syscall(240, name, os.O_CREAT | os.O_RDWR, 0o600, None)
    if made >= 0:
        libc.syscall(241, name)
        return f"ESCAPED: descriptor {made}"
    return "ABSENT: this kernel has none" if os.getenv("VAAS_CANARY") else ""
