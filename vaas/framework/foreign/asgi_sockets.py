"""A websocket of an ASGI application behind an exchange. Used by ``asgi_entry.py``."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from msgspec import Raw

from vaas.core.limits.words import limit_words
from vaas.core.service import CallerGone, Exchange
from vaas.framework.authoring.websocket import TOO_LARGE, MessageTooLarge, farewell
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.endpoints.websocket_handler import FAILED, refuse_websocket
from vaas.framework.foreign.hang_up import stems_from_a_hang_up
from vaas.framework.http.headers import Headers
from vaas.framework.http.problems import HTTPError
from vaas.framework.http.websocket_heads import accept_of_app, close_of_app, refusal_of_app
from vaas.framework.http.wire_heads import WsClose, WsReply, encode

Message = MutableMapping[str, Any]


async def serve_websocket(app: Any, scope: dict[str, Any], exchange: Exchange, runtime: Runtime) -> None:
    offered = [value.decode("latin-1") for name, value in scope["headers"] if name == b"sec-websocket-protocol"]
    scope["subprotocols"] = [name.strip() for header in offered for name in header.split(",")]
    scope["scheme"] = "wss" if scope["scheme"] in ("https", "wss") else "ws"
    scope["extensions"] = {"websocket.http.response": {}}
    scope.pop("method")
    socket = Socket(exchange, runtime.message_limit)
    code = FAILED
    try:
        await app(scope, socket.receive, socket.send)
        code = 1000
    except Exception as error:
        if not (socket.gone and stems_from_a_hang_up(error)):  # else it is another websocket's
            runtime.report(runtime.traceback(error))
    finally:
        socket.give_up(code)


class Socket:
    """``receive`` and ``send`` of one websocket."""

    def __init__(self, exchange: Exchange, limit: int) -> None:
        """``limit``: bytes of one message that the app sends."""
        self.gone = False
        """The app has been told that its client has gone."""
        self._exchange = exchange
        self._limit = limit
        self._connected = False
        self._accepted = False
        self._closed = False
        self._refusal: Raw | None = None

    async def receive(self) -> Message:
        if not self._connected:
            self._connected = True
            return {"type": "websocket.connect"}
        try:
            part = None if self._closed else await self._exchange.receive()
        except CallerGone:
            part = None
        if part is None:
            return self._disconnect()
        data, text = part
        return (
            {"type": "websocket.receive", "text": data.decode()}
            if text
            else {"type": "websocket.receive", "bytes": data}
        )

    def _disconnect(self) -> Message:
        self.gone = True
        close = farewell(self._exchange.last)
        return {"type": "websocket.disconnect", "code": close.code, "reason": close.reason}

    async def send(self, message: Message) -> None:
        match message["type"]:
            case "websocket.accept" if not self._accepted:
                head = accept_of_app(message.get("subprotocol"), headers_in(message))
                self._accepted = True
                self._exchange.reply(head, more=True)
            case "websocket.send":
                await self._send(message)
            case "websocket.close":
                self._close(close_of_app(message.get("code", 1000), message.get("reason")))
            case "websocket.http.response.start":
                self._refusal = refusal_of_app(message["status"], headers_in(message))
            case "websocket.http.response.body" if self._refusal is not None and not self._closed:
                self._closed = True
                self._exchange.reply(self._refusal, bytes(message.get("body", b"")))

    async def _send(self, message: Message) -> None:
        text = message.get("text")
        data = bytes(message["bytes"]) if text is None else text.encode()
        if len(data) > self._limit:
            self._close(WsClose(TOO_LARGE, limit_words("message", self._limit)))
            raise MessageTooLarge(len(data), self._limit)
        try:
            await self._exchange.send(data, text=text is not None)
        except CallerGone:
            self.gone = True
            raise

    def _close(self, close: WsClose) -> None:
        if self._closed:
            return
        self._closed = True
        if self._accepted:
            self._exchange.finish(encode(close))
        else:
            self._exchange.reply(Raw(encode(WsReply(403))))

    def give_up(self, code: int) -> None:
        """The application has ended: so does its websocket, if it has not yet."""
        if self._closed:
            return
        if self._accepted or code != FAILED:
            self._close(WsClose(code))
        else:
            self._closed = True
            refuse_websocket(self._exchange, HTTPError(500, "The app failed; its log has the request id."))


def headers_in(message: Message) -> Headers:
    return [(bytes(name), bytes(value)) for name, value in message.get("headers") or []]
