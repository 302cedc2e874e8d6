"""Aborting a connection in the middle of an answer. If its other end reads nothing, what waits for it goes at once.

After an ordinary close the kernel would go on offering what it has, megabytes for each such client, for minutes.
Called by ``fast_path.py`` and ``connection.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

_NO_LINGER = struct.pack("ii", 1, 0)
"""``struct linger``: on, for no time."""


def abort(transport: asyncio.Transport) -> None:
    if transport.get_write_buffer_size():
        own = transport.get_extra_info("socket")
        with contextlib.suppress(OSError), socket.socket(fileno=socket.dup(own.fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
