"""GatewayWebSocket: uvicorn's websocket protocol, with a bound on what all clients of an app have sent of messages.

Made by ``protocol.py`` for each upgrade; what it receives goes on in ``asgi_websocket.py``. Who gives way is decided in
``partly_received.py``."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame

from vaas.platform.gateway.partly_received import PartlyReceived

FRAGMENT = 100
"""Bytes that one costs in memory beyond its data: a message may come in as many as it has bytes."""
TRY_AGAIN = 1013
"""The websocket close code for a server that has too much to do (IANA registry, RFC 6455)."""


class GatewayWebSocket(WebSocketsSansIOProtocol):
    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        partly: PartlyReceived,
    ) -> None:
        """``partly``: of all websockets of its app."""
        super().__init__(config, server_state, app_state, _loop)
        self._partly = partly
        self._fragments = 0
        """Bytes of the message that is coming in, in fragments that are complete."""
        self._told = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        size = self._fragments + len(self.conn.reader.buffer)
        if size != self._told and not self.transport.is_closing():
            self._tell(size)

    def connection_lost(self, exc: Exception | None) -> None:
        self._tell(0)
        super().connection_lost(exc)

    def _tell(self, size: int) -> None:
        self._told = size
        self._partly.now(self, size)

    def handle_text(self, event: Frame) -> None:
        self._fragments = len(event.data) + FRAGMENT
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        self._fragments = len(event.data) + FRAGMENT
        super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        self._fragments += len(event.data) + FRAGMENT
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        self._fragments = 0
        super().send_receive_event_to_app()

    def give_way(self) -> None:
        """Others of this app have sent too much. Its client may try again; the app hears that it has gone."""
        self._told = 0
        if self.transport.is_closing() or self.close_sent:
            return
        self.frames = []
        self.conn.send_close(TRY_AGAIN, "the app's clients send too much at once")
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": TRY_AGAIN})
        self.transport.close()
