"""GatewayWebSocket: a websocket of the gateway, with a bound on what all clients of an app have sent of messages.

Made by ``protocol.py`` for each upgrade; how fast it reads is decided in ``paced_websocket.py``, and what it receives
goes on in ``asgi_websocket.py``. Which of them gives way is decided in ``partly_received.py``, and where connections
are short in ``connection_limit.py``."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.server import ServerState
from websockets.datastructures import Headers
from websockets.frames import Frame
from websockets.http11 import Request, Response
from websockets.protocol import Protocol

from vaas.platform.gateway.abort import abort
from vaas.platform.gateway.connection_limit import ConnectionLimit
from vaas.platform.gateway.paced_websocket import PacedWebSocket
from vaas.platform.gateway.partly_received import PartlyReceived

FRAGMENT = 100
"""Bytes that one costs in memory beyond its data: a message may come in as many as it has bytes."""
TRY_AGAIN = 1013
"""The websocket close code for a server that has too much to do (IANA registry, RFC 6455)."""
TOO_EARLY = "What came behind the handshake is no frame of a websocket.\n"
BUSY = 503
"""The status for a handshake that gives way."""
LAST = 20.0
"""Seconds a client may take to read the last that it is sent; ten of them may go by with its farewell (uvicorn)."""


class GatewayWebSocket(PacedWebSocket):
    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        partly: PartlyReceived,
        idle: float,
        limit: ConnectionLimit,
        client: str,
    ) -> None:
        """``partly``: of all websockets of its app; ``idle``: seconds without a message, after which it may have to
        give way; ``client``: whose share of the connections it is of."""
        super().__init__(config, server_state, app_state, _loop)
        self._partly = partly
        self._fragments = 0
        """Bytes of the message that is coming in, in fragments that are complete."""
        self._told = 0
        self._idle = idle
        self._limit, self._client = limit, client
        self._since = self.loop.time()
        """When the last message went either way, or the handshake began."""
        self._cutting: asyncio.TimerHandle | None = None
        """Armed once it is over."""

    def begin(self, url: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """Takes over from the parser of HTTP, which has read the whole head, and bounded it as any other's."""
        self.conn.parser = Protocol.parse(self.conn)  # of frames: there is no head to come
        next(self.conn.parser)
        fields = Headers([(name.decode("ascii"), value.decode("latin-1")) for name, value in headers])
        self.handle_connect(Request(url.decode("ascii"), fields))

    def _must_end(self) -> None:
        """It is over: a client that does not read what is left is cut. Until then, no timer of ours runs for it."""
        if self._cutting is None:
            self._cutting = self.loop.call_later(LAST, lambda: abort(self.transport))

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        if self in self.connections:
            self._must_end()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._must_end()

    @property
    def waiting_since(self) -> float | None:
        """Since when it has been in no use: not accepted yet, or idle for longer than its app allows."""
        if not self.handshake_complete:
            return self._since
        idle_since = self._since + self._idle
        return idle_since if self.loop.time() > idle_since else None

    async def send(self, message: Any) -> None:
        """Raises ``ClientDisconnected``, also where the connection has been given up and is only not closed yet."""
        if self.transport.is_closing():
            raise ClientDisconnected
        self._since = self.loop.time()
        await super().send(message)

    def _parse_piece(self, piece: bytes) -> None:
        super()._parse_piece(piece)
        if self.transport.is_closing():
            self._must_end()
        size = self._fragments + len(self.conn.reader.buffer)
        if size != self._told and not self.transport.is_closing():
            self._tell(size)

    def handle_parser_exception(self) -> None:
        """Frames that cannot be are refused by a close with its code; before the handshake there is no such."""
        if self.conn.close_sent is None:
            self._end(self.conn.reject(HTTPStatus.BAD_REQUEST, TOO_EARLY))
        else:
            super().handle_parser_exception()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._cutting is not None:
            self._cutting.cancel()
        self._limit.leave(self, self._client)
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
        self._since = self.loop.time()
        super().send_receive_event_to_app()

    def give_way(self, why: str = "") -> None:
        """Others have sent too much, or need its place. Its client may try again; the app hears that it has gone."""
        self._told = 0
        if self.transport.is_closing() or self.close_sent:
            return
        self.frames = []
        self._end(self.conn.reject(BUSY, "Too many clients are connected. Try again in a moment.\n"))

    def _end(self, refusal: Response) -> None:
        """By a close that bids the client try again, or by the refusal of a handshake that was not accepted yet."""
        if self.handshake_complete:
            self.conn.send_close(TRY_AGAIN, "others need its place")
            self.transport.write(b"".join(self.conn.data_to_send()))
        else:
            self.transport.write(refusal.serialize())
            self.handshake_complete = True
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": TRY_AGAIN})
        self.transport.close()
        self._must_end()
