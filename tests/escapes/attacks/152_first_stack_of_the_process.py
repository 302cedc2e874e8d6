"""No app finds the environment of the platform on the stack that its process began with."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes

FILE_NAME = 31  # AT_EXECFN lies right above the environment


def attack():
    libc = ctypes.CDLL(None)
    libc.getauxval.restype = libc.getauxval.argtypes and ctypes.c_ulong or ctypes.c_ulong
    libc.getauxval.argtypes = [ctypes.c_ulong]
    top = libc.getauxval(FILE_NAME)
    text = ctypes.string_at(top - 2048, 2048)
    at = text.find(b"VAAS_CANARY=")
    return "ESCAPED: " + text[at : at + 30].decode() if at >= 0 else f"no canary in {len(text)} bytes"
