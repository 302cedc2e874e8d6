"""No app finds the environment of the platform where C keeps it."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes


def attack():
    libc = ctypes.CDLL(None)
    found = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    at = 0
    while found[at]:
        if found[at].startswith(b"VAAS_CANARY="):
            return "ESCAPED: " + found[at].decode()
        at += 1
