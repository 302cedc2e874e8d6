"""No app reads another process"s memory."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes

import target


class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.process_vm_readv.argtypes = [
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_ulong,
    ]
    buffer = ctypes.create_string_buffer(64)
    address = ctypes.c_void_p.in_dll(libc, "environ").value  # the same program in a fork: the same place
    here, there = Part(ctypes.addressof(buffer), 64), Part(id(None), 16)
    size = libc.process_vm_readv(target.SUPERVISOR_PID, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    return f"ESCAPED: read {size} bytes" if size > 0 else ""
