"""No app finds the environment of the platform on the stack that its process began with."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes


def attack():
    libc = ctypes.CDLL(None)
    address = ctypes.c_void_p.in_dll(libc, "program_invocation_name").value
    text = ctypes.string_at(address & ~0xFFF, 4096) if address else b""
    at = text.find(b"VAAS_CANARY=")
    if at < 0:
        environ = ctypes.POINTER(ctypes.c_void_p).in_dll(libc, "__environ")
        text = ctypes.string_at(environ[0] & ~0xFFF, 4096)
        at = text.find(b"VAAS_CANARY=")
    return "ESCAPED: " + text[at : at + 30].decode() if at >= 0 else ""
