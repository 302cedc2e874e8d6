"""WebSocket: a handler's end of a websocket. Opened, fed and closed over an exchange of kind ``ws``.

It is accepted by itself with the first message sent or awaited; a handler that returns before that has refused it.
Built by ``framework/endpoints/websocket_handler.py``, which also closes it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from msgspec import Raw
from starlette.datastructures import Headers

from vaas.core.limits.words import limit_words
from vaas.core.policy import Limits
from vaas.core.service import CallerGone, Exchange
from vaas.core.undecodable import UNDECODABLE
from vaas.framework.authoring.request import Connection
from vaas.framework.http.convert import from_json
from vaas.framework.http.json_out import to_json
from vaas.framework.http.websocket_heads import accept_of_app, close_of_app
from vaas.framework.http.wire_heads import WsClose, WsReply, decode_ws_close, encode

TOO_LARGE = 1009
"""The close code for a message that is larger than it may be (RFC 6455, 7.4.1)."""

_any_json = from_json(Any)


class WebSocketClosed(Exception):
    """The other side has closed the websocket, or has gone."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class MessageTooLarge(ValueError):
    """An app sends a message of more than ``limits.message``; that websocket is closed for it."""

    def __init__(self, size: int, limit: int) -> None:
        words = limit_words("message", limit)
        super().__init__(f"a websocket message has at most {words}, this one has {size} bytes; its websocket is closed")


class WebSocket(Connection):
    Closed = WebSocketClosed

    def __init__(self, exchange: Exchange, path_params: dict[str, Any], limit: int = Limits().message) -> None:
        """``limit``: bytes of one message that the app sends."""
        super().__init__(exchange, path_params)
        self._limit = limit
        self._accepted = False
        self._closed = False
        self._gone = False
        """The handler has been told that the other side has gone."""

    @property
    def subprotocols(self) -> list[str]:
        """Those that the caller offers."""
        offered = self.headers.getlist("sec-websocket-protocol")
        return [name.strip() for header in offered for name in header.split(",")]

    async def accept(self, subprotocol: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        """Says yes, with one of the offered subprotocols; otherwise the first message does."""
        if not self._accepted and not self._closed:
            raw = Headers(headers).raw if headers else []
            head = accept_of_app(subprotocol, raw)
            self._accepted = True
            self._exchange.reply(head, more=True)

    async def send(self, message: str | bytes | Any) -> None:
        """Text, bytes, or a value as JSON. Waits while the other side is slow. Raises ``Closed``, or ``ValueError`` for
        more than ``limits.message``: that closes it with 1009."""
        if not isinstance(message, str | bytes | bytearray | memoryview):
            message = to_json(message).decode()
        await self.accept()
        if self._closed:
            raise WebSocketClosed(1006, "this side has closed it")
        data = message.encode() if isinstance(message, str) else bytes(message)
        if len(data) > self._limit:
            await self.close(TOO_LARGE, limit_words("message", self._limit))
            raise MessageTooLarge(len(data), self._limit)
        try:
            await self._exchange.send(data, text=isinstance(message, str))
        except CallerGone:
            raise self._goodbye() from None

    async def send_json(self, value: Any) -> None:
        """Any value as JSON, text too."""
        await self.send(to_json(value).decode())

    async def receive(self) -> str | bytes:
        """The next message. Raises ``Closed``."""
        await self.accept()
        try:
            part = None if self._closed else await self._exchange.receive()
        except CallerGone:
            raise self._goodbye() from None
        if part is None:
            raise self._goodbye()
        data, text = part
        return data.decode() if text else data

    async def receive_json(self) -> Any:
        message = await self.receive()
        return _any_json(message.encode() if isinstance(message, str) else message)

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        return self._messages()

    async def _messages(self) -> AsyncIterator[str | bytes]:
        """Every message until the other side closes."""
        while True:
            try:
                message = await self.receive()
            except WebSocketClosed:
                return
            yield message

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Ends it; before it is accepted, refuses it with 403."""
        if self._closed:
            return
        close = close_of_app(code, reason)
        self._closed = True
        if self._accepted:
            self._exchange.finish(encode(close))
        else:
            self._exchange.reply(Raw(encode(WsReply(403))))

    def _goodbye(self) -> WebSocketClosed:
        self._gone = True
        close = farewell(self._exchange.last)
        return WebSocketClosed(close.code, close.reason)


def farewell(last: bytes) -> WsClose:
    """What the other side has said at the end, or what stands for it (RFC 6455, 7.4.1)."""
    try:
        return decode_ws_close(last) if last else WsClose(1006, "the other side has gone")
    except UNDECODABLE:
        return WsClose(1005, "")


def is_over(ws: WebSocket) -> bool:
    """For the handler's end: either side has closed it, and the app knows."""
    return ws._closed or ws._gone


def is_accepted(ws: WebSocket) -> bool:
    """For ``framework/endpoints/websocket_handler.py``: no answer of another kind is possible any more."""
    return ws._accepted
