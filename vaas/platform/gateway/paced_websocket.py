"""PacedWebSocket: uvicorn's websocket protocol, reading no faster than what it reads can be passed on or answered.

One read may bring thousands of frames. Each turn of the event loop parses for a moment; a message stops that until the
app has taken it, and a ping until its pong has room: a client that reads nothing is read no more. Base of
``websocket_protocol.py``; what is received goes on in ``asgi_websocket.py``."""

from __future__ import annotations

import contextlib
from time import monotonic
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

PIECE = 1024
"""Bytes that are parsed at once: 170 of the smallest frames, 3 ms."""
NO_TEXT = 1007
"""The websocket close code for text that is not UTF-8 (RFC 6455, 7.4.1)."""
TURN = 0.0005
"""Seconds of parsing after which everybody else has a turn."""


class PacedWebSocket(WebSocketsSansIOProtocol):
    _rest = b""
    """What has been read and is not parsed yet, from ``_at`` on."""
    _at = 0
    _owes_pongs = False
    """Whether a pong waits for the client to read; until then, none of its frames is."""
    _holds = False
    """Whether reading is paused for one of the two."""
    _will_parse = False

    def data_received(self, data: bytes) -> None:
        if self._rest:
            self._keep(self._rest[self._at :] + data, 0)
        else:
            self._parse(data, 0)

    def _parse(self, data: bytes, at: int) -> None:
        until = monotonic() + TURN
        while at < len(data) and not self.transport.is_closing():
            if self._waits or monotonic() > until:
                self._keep(data, at)
                self._parse_soon()
                return
            piece, at = data[at : at + PIECE], at + PIECE
            self._parse_piece(piece)
        if self._holds and not self._waits:
            self._holds = False
            self.transport.resume_reading()

    def _parse_piece(self, piece: bytes) -> None:
        super().data_received(piece)

    @property
    def _waits(self) -> bool:
        return self.read_paused or self._owes_pongs

    def _keep(self, data: bytes, at: int) -> None:
        self._rest, self._at = data, at
        self._hold()

    def _hold(self) -> None:
        self._holds = True
        self.transport.pause_reading()

    def _parse_soon(self) -> None:
        if not self._will_parse and not self._waits:
            self._will_parse = True
            self.loop.call_soon(self._parse_rest)

    def _parse_rest(self) -> None:
        self._will_parse = False
        data, self._rest = self._rest, b""
        if not self.disconnected:
            self._parse(data, self._at)

    def send_receive_event_to_app(self) -> None:
        """As uvicorn's, but that text which is none is no traceback in the node's log: anybody may send some."""
        data, self.frames = b"".join(self.frames), []
        if self.close_sent:
            return
        try:
            as_sent = {"text": data.decode()} if self.curr_msg_data_type == "text" else {"bytes": data}
        except UnicodeDecodeError:
            with contextlib.suppress(InvalidState):  # before the handshake is accepted
                self.conn.send_close(NO_TEXT)
            self.handle_parser_exception()
            return
        self.queue.put_nowait({"type": "websocket.receive", **as_sent})  # type: ignore[arg-type]
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def handle_ping(self) -> None:
        super().handle_ping()
        if not self.writable.is_set():
            self._owes_pongs = True
            self._hold()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._owes_pongs:
            self._owes_pongs = False
            self._parse_soon()

    async def receive(self) -> Any:
        message = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            self._parse_soon() if self._holds else self.transport.resume_reading()
        return message

    async def send(self, message: Any) -> None:
        await super().send(message)
        if self._rest:  # of which the farewell, and all before it, is read whether or not the app takes it
            self._parse_soon()
