"""Control: the node's end of a host's control socket: its settings first, then orders out and reports in. Part of
``host_process.py``; the other end is ``core/host/child.py``."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Protocol

from vaas.core.pool.errors import ZygoteUnavailable
from vaas.core.spec import HostSpec
from vaas.core.wire.codec import FrameReader, WireGarbage, frame_bytes
from vaas.core.wire.messages import MAX_SPEC, Begin, FromHost, ToHost


class Listener(Protocol):
    def on_frame(self, frame: FromHost) -> None:
        """Raises ``WireGarbage`` for what makes no sense now."""
        ...

    def on_garbage(self, error: WireGarbage) -> None: ...
    def on_hang_up(self) -> None:
        """The process is ending; nothing more comes."""
        ...


class Control:
    def __init__(self, sock: socket.socket, listener: Listener) -> None:
        self._socket = sock
        self._listener = listener
        self._reader: FrameReader[FromHost] = FrameReader(FromHost)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), self._hear)

    def begin(self, spec: HostSpec) -> None:
        """Before all else. Raises ``ZygoteUnavailable``."""
        begin = frame_bytes(Begin(spec))
        if len(begin) > MAX_SPEC or self._socket.send(begin) < len(begin):
            raise ZygoteUnavailable(reason=f"its settings are larger than {MAX_SPEC} bytes; shorten its env")

    def tell(self, frame: ToHost) -> None:
        with contextlib.suppress(OSError):  # a host that is gone is noticed by its end of file
            self._socket.send(frame_bytes(frame))

    def _hear(self) -> None:
        try:
            data = self._socket.recv(262144)
        except BlockingIOError:
            return
        except ConnectionResetError:
            data = b""
        if not data:
            self.close()
            self._listener.on_hang_up()
            return
        try:
            for frame in self._reader.feed(data):
                self._listener.on_frame(frame)
        except WireGarbage as error:
            self._listener.on_garbage(error)

    def close(self) -> None:
        """Listens no more; the socket is closed with the other descriptors."""
        self._loop.remove_reader(self._socket.fileno())
