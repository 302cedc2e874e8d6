"""FramedConnection: the bytes of a client, given to the parser so that each turn of the event loop reads one head.

A read may bring thousands of requests; between two of them everybody else has a turn. What may not be sent
(``refused_input.py``) is told by the subclass: ``connection.py`` for the gateway, ``console.py`` for the console. A
head that asks for another protocol than websockets is read again without that, and the connection goes on."""

from __future__ import annotations

import asyncio
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from vaas.platform.gateway.refused_input import (
    FRAMING,
    MAX_FRAMING,
    MAX_HEAD,
    InputRefused,
    OtherUpgrade,
    behind_upgrade,
    framing_too_large,
    head_too_large,
    refused_by,
    without_upgrade,
)

HEAD_END = b"\r\n\r\n"
SMALL = 1024
"""Bytes of a read that is parsed in one turn: at most forty of the shortest requests, and nearly always one."""
PIECE = 16 * 1024
"""Bytes that are parsed at once of what has no end of a head in it."""
PIECES = 64
"""Of them in one turn: a body may be full of blank lines."""
LINGER = 2.0
"""Seconds for which what is not understood is still taken, as nginx's lingering_timeout is 5."""
AHEAD = 8
"""Requests that are read while they wait for the answer to another."""


class Deaf:
    """Instead of a parser that can understand no more. Reading goes on: else the client's end would not be noticed."""

    def feed_data(self, data: bytes) -> None: ...


class FramedConnection(HttpToolsProtocol):
    parser: Any
    cycle: Any  # uvicorn's RequestResponseCycle, or a FastRequest: the newest on this connection
    pipeline: Any  # of (cycle, app), newest first

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._receiving = False
        """Whether a request has come in part."""
        self._in_head = False
        """Whether not even its head is complete."""
        self._arrived = 0
        """Bytes of the head that is not complete yet, but for those that came with its first byte."""
        self._framing = 0
        """Bytes of the body that is coming in that are no data, but for what data need."""
        self._tail = b""
        """The last bytes that were parsed, if the end of a head may have begun in them."""
        self._rest = b""
        """What has been read and is not parsed yet, from ``_at`` on."""
        self._at = 0
        self._will_parse = False
        self._holds = False
        """Whether reading is paused, among other reasons perhaps, for the rest."""

    def _refuse_input(self, refused: InputRefused) -> None:
        """Tells the client, when the requests before are answered, and closes."""
        raise NotImplementedError

    def _linger(self) -> None:
        """Closes, but takes for a moment what the client may still be sending: a close while it does would be a reset,
        and take away the answer that says what was wrong."""
        if not self.transport.is_closing():
            self.transport.write_eof()
            self.loop.call_later(LINGER, self.transport.close)

    # --- from a read to pieces

    def data_received(self, data: bytes) -> None:
        if self._rest:
            self._keep(self._rest[self._at :] + data, 0)
        elif len(data) <= SMALL and not self._receiving:
            self._parse(data)
            if self._receiving:
                self._tail = data[-3:]
        else:
            self._parse_pieces(data, 0)

    def _parse_pieces(self, data: bytes, at: int) -> None:
        """As many as this turn may have: one head, and the body behind it as far as it has come."""
        heads = 0
        for _ in range(PIECES):
            start, at, before = at, self._cut(data, at), self.cycle
            self._parse(data[start:at])
            heads += self.cycle is not before
            if at == len(data) or self._is_over():
                break
            if heads > 1 or (heads and not self._in_body):
                break
        self._tail = (self._tail + data[-3:])[-3:] if self._receiving else b""
        self._leave(data, at)

    def _cut(self, data: bytes, at: int) -> int:
        """Where the next piece ends: behind the head in it, or after so many bytes."""
        tail, self._tail = self._tail, b""
        found = (tail + data[at : at + 3]).find(HEAD_END) if tail else -1
        if found >= 0:
            return at + found + 4 - len(tail)
        found = data.find(HEAD_END, at, at + PIECE)
        return min(found + 4 if found >= 0 else at + PIECE, len(data))

    @property
    def _in_body(self) -> bool:
        return self._receiving and not self._in_head

    def _is_over(self) -> bool:
        """Whether nothing that follows is for this parser."""
        is_other = self.transport.get_protocol() is not self
        return is_other or self.transport.is_closing() or type(self.parser) is Deaf

    def _leave(self, data: bytes, at: int) -> None:
        """What this turn has not parsed, for the next one, or for the protocol that has taken over."""
        if at == len(data) or self._is_over():
            self._release()
            if at < len(data) and (other := self.transport.get_protocol()) is not self:
                other.data_received(data[at:])  # type: ignore[attr-defined]
            return
        self._keep(data, at)
        self._parse_soon()

    def _keep(self, data: bytes, at: int) -> None:
        self._rest, self._at = data, at
        self._holds = True
        self.flow.pause_reading()

    def _parse_soon(self) -> None:
        """In the next turn; with so many waiting, when one of them has been answered."""
        if self._rest and not self._will_parse and len(self.pipeline) < AHEAD:
            self._will_parse = True
            self.loop.call_soon(self._parse_rest)

    def _parse_rest(self) -> None:
        self._will_parse = False
        data, self._rest = self._rest, b""
        if self.parser is not None and not self.transport.is_closing():
            self._parse_pieces(data, self._at)

    def _release(self) -> None:
        """Reads on, unless a queue or a body that nobody takes holds the connection back."""
        if self._holds:
            self._holds = False
            takes = not self.pipeline and (self.cycle is None or len(self.cycle.body) <= HIGH_WATER_LIMIT)
            if takes or type(self.parser) is Deaf:
                self.flow.resume_reading()

    # --- from a piece to the parser

    def _parse(self, piece: bytes) -> None:
        if self._receiving and not self._is_within(len(piece)):
            return
        try:
            self.parser.feed_data(piece)
            return
        except (HttpParserError, HttpParserUpgrade) as error:
            found = error
        # Outside of the handler: what is raised in one has that error as its context, and not what a callback raised.
        if isinstance(found, HttpParserUpgrade):
            self.handle_websocket_upgrade()
            if rest := piece[found.args[0] :]:
                self.transport.get_protocol().data_received(rest)  # type: ignore[attr-defined]
        elif isinstance(found.__context__, OtherUpgrade):
            self._parse_without_upgrade(piece)
        else:
            self._refuse_input(refused_by(found))

    def _is_within(self, size: int) -> bool:
        """Bounds what has no end: a head, which the parser would collect, and what is no data in a body of chunks."""
        if self._in_head:
            if self._arrived > MAX_HEAD:
                self._refuse_input(head_too_large())
                return False
            self._arrived += size
        else:
            if self._framing > MAX_FRAMING:
                self._refuse_input(framing_too_large())
                return False
            self._framing += size
        return True

    def _parse_without_upgrade(self, piece: bytes) -> None:
        head = without_upgrade(self.parser.get_method(), self.url, self.parser.get_http_version(), self.headers)
        self.parser = HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._parse(head)
        if (rest := behind_upgrade(piece)) and not self._is_over():
            self._parse_pieces(rest, 0)

    def _count_body(self, size: int) -> None:
        """So many bytes of data have come in chunks."""
        self._framing = max(0, self._framing - size * (1 + FRAMING))

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._parse_soon()
