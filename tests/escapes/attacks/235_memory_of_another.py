"""No app reads another process"s memory."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes

import target

Pointer = ctypes.POINTER(ctypes.c_char)


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(64)
    here = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 64)
    there = (ctypes.c_size_t * 2)(target.SUPERVISOR_MEMORY, 64)
    size = libc.process_vm_readv(
        target.SUPERVISOR_PID, here, ctypes.c_ulong(1), there, ctypes.c_ulong(1), ctypes.c_ulong(0)
    )
    return "ESCAPED: " + buffer.value.decode() if size > 0 else f"error {ctypes.get_errno()}"
