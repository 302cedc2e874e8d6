"""No app to which programs are granted signals whoever is at the other end of its sockets."""

CLASS = "processes"
BOUNDARY = "kernel"
NEEDS = ("os", "signal", "socket")
GRANTS = {"subprocess": True}


import os
import signal
import socket
import struct

import target

SO_PEERPIDFD = 77


def peers():
    """What the kernel tells of who is at the other ends."""
    for number in range(3, 64):
        try:
            with socket.socket(fileno=os.dup(number)) as it:
                pid = struct.unpack("3i", it.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
                if pid and pid != os.getpid():
                    yield it.getsockopt(socket.SOL_SOCKET, SO_PEERPIDFD)
        except OSError:
            pass


def attack():
    for descriptor in [*peers(), os.pidfd_open(target.SUPERVISOR_PID)]:
        try:
            signal.pidfd_send_signal(descriptor, 0)
        except PermissionError:
            continue
        return "ESCAPED: it can be signalled"
