"""No app has the kernel load a protocol for its sockets."""

CLASS = "kernel-surface"
BOUNDARY = "kernel"
NEEDS = ("socket",)
GRANTS = {"net": ("127.0.0.1:{OTHER_PORT}",)}


import socket

import target

TCP_ULP = 31


def attack():
    with socket.create_connection(("127.0.0.1", target.OTHER_PORT), 3) as it:
        try:
            it.setsockopt(socket.IPPROTO_TCP, TCP_ULP, b"tls")
        except FileNotFoundError:
            return "ABSENT: this kernel has none"
        return "ESCAPED: TLS in the kernel"
