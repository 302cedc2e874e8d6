"""An ASGI server's ``receive`` and ``send`` as an ``Exchange`` (``core/service.py``). Used by ``asgi.py``.

A simple answer needs neither task nor queue. Once an answer is streamed, or more of the request is wanted, a pump reads
ahead by one message, so that a caller's going away is noticed and ends the handler.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

from msgspec import Raw

from vaas.core.service import CallerGone
from vaas.core.wire.messages import Call
from vaas.framework.http.wire_heads import (
    HttpHead,
    WsClose,
    decode_http_reply,
    decode_ws_close,
    decode_ws_reply,
    encode,
)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Part = tuple[bytes, bool]

_NO_BODY = (204, 304)
_DISCONNECTS = ("http.disconnect", "websocket.disconnect")


class AsgiExchange(ABC):
    """What requests and websockets have in common: the two directions, and noticing that the caller has gone."""

    deadline = float("inf")

    def __init__(self, scope: Scope, call: Call, receive: Receive, send: Send) -> None:
        self.call = call
        self.state: MutableMapping[str, Any] = scope.get("state") or {}
        self.last = b""
        self.runs_on = True
        self._receive = receive
        self._send = send
        self._answered = False
        self._opening: asyncio.Task[None] | None = None
        self._whole: tuple[Raw, bytes] | None = None
        self._rest = b""
        self._is_head = scope.get("method") == "HEAD"
        self._can_refuse = "websocket.http.response" in (scope.get("extensions") or {})
        self._gone = False
        self._failed = ""
        self._ended = not call.more
        self._pump: asyncio.Task[None] | None = None
        self._inbox: asyncio.Queue[Part | None] = asyncio.Queue(1)
        self._task: asyncio.Task[None] | None = None

    async def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs the rest of the handler; ends it when the caller has gone."""
        task = self._task = asyncio.ensure_future(work)
        try:
            await asyncio.wait([task])
        finally:
            if not task.done():  # the server itself ends this request
                task.cancel()
                await asyncio.wait([task])
        if task.cancelled():
            return
        task.result()

    async def complete(self) -> None:
        """Sends what is left of the answer."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)
        with contextlib.suppress(OSError):
            await self._complete()

    @abstractmethod
    async def _complete(self) -> None: ...

    def fail(self, reason: str) -> None:
        self._failed = reason

    # --- the answer

    def reply(self, head: Raw, body: bytes = b"", *, more: bool = False) -> None:
        if self._answered:
            return
        self._answered = True
        if more:
            self.runs_on = False
            self._opening = asyncio.create_task(self._open(head, body))
            self._start_pump()
        else:
            self._whole = (head, body)

    @abstractmethod
    async def _open(self, head: Raw, body: bytes) -> None:
        """Sends the head of a stream."""

    async def send(self, data: bytes, *, text: bool = False) -> None:
        if self._gone or self._opening is None:
            raise CallerGone
        try:
            await self._opening
            await self._send(self._message(data, text))
        except OSError:
            self._gone = True
            raise CallerGone from None

    @abstractmethod
    def _message(self, data: bytes, text: bool) -> Message: ...

    def finish(self, data: bytes = b"") -> None:
        self._rest = data

    # --- what the caller sends

    async def receive(self) -> Part | None:
        self._start_pump()
        part = None if self._ended and self._inbox.empty() else await self._inbox.get()
        if part is None and self._gone:
            raise CallerGone
        return part

    @property
    def is_over(self) -> bool:
        return self._gone

    async def over(self) -> None:
        self._start_pump()
        assert self._pump is not None
        await asyncio.wait([self._pump])

    def _start_pump(self) -> None:
        if self._pump is None:
            self._pump = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] in _DISCONNECTS:
                self._on_disconnect(message)
                await self._end()
                return
            part, more = self._part(message)
            if part is not None:
                await self._inbox.put(part)
            if not more:
                await self._end()

    async def _end(self) -> None:
        if not self._ended:
            self._ended = True
            await self._inbox.put(None)

    @abstractmethod
    def _part(self, message: Message) -> tuple[Part | None, bool]:
        """The part in it, and whether more will follow."""

    @abstractmethod
    def _on_disconnect(self, message: Message) -> None: ...


class HttpExchange(AsgiExchange):
    @classmethod
    async def of(cls, scope: Scope, receive: Receive, send: Send) -> HttpExchange:
        body, more = b"", True
        if not any(name == b"transfer-encoding" for name, _ in scope["headers"]):  # else it may be long in coming
            first = await receive()
            body, more = first.get("body", b""), first.get("more_body", False)
        return cls(scope, _call("http", scope, body, more), receive, send)

    async def _open(self, head: Raw, body: bytes) -> None:
        reply = decode_http_reply(head)
        await self._send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        if body:
            await self._send(_body(body, more=True))

    def _message(self, data: bytes, text: bool) -> Message:
        return _body(data, more=True)

    def _part(self, message: Message) -> tuple[Part | None, bool]:
        body = message.get("body", b"")
        return ((body, False) if body else None), message.get("more_body", False)

    def _on_disconnect(self, message: Message) -> None:
        """A handler goes on to its end; a stream has no reader to go on for, and is ended."""
        self._gone = True
        if self._task is not None and not self.runs_on:
            self._task.cancel()

    async def _complete(self) -> None:
        if self._whole is not None:
            await self._send_whole(*self._whole)
        elif self._failed and not self._gone:
            raise StreamCut(self._failed)  # the server cuts the connection of an application that raises
        elif self._opening is not None and not self._gone:
            await self._opening
            await self._send(_body(self._rest, more=False))

    async def _send_whole(self, head: Raw, body: bytes) -> None:
        reply = decode_http_reply(head)
        headers = list(reply.headers)
        if reply.status not in _NO_BODY and not any(name == b"content-length" for name, _ in headers):
            headers.append((b"content-length", b"%d" % len(body)))
        await self._send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await self._send(_body(b"" if self._is_head else body, more=False))


class StreamCut(Exception):
    """A streamed answer broke off; the traceback is in the log."""


class WsExchange(AsgiExchange):
    @classmethod
    async def of(cls, scope: Scope, receive: Receive, send: Send) -> WsExchange:
        await receive()  # websocket.connect
        return cls(scope, _call("ws", scope, b"", more=True), receive, send)

    async def _open(self, head: Raw, body: bytes) -> None:
        reply = decode_ws_reply(head)
        subprotocol = reply.subprotocol or None
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": reply.headers})

    def _message(self, data: bytes, text: bool) -> Message:
        return {"type": "websocket.send", **({"text": data.decode()} if text else {"bytes": data})}

    def _part(self, message: Message) -> tuple[Part | None, bool]:
        text = message.get("text")
        return ((message["bytes"], False) if text is None else (text.encode(), True)), True

    async def send(self, data: bytes, *, text: bool = False) -> None:
        if self._ended:
            raise CallerGone
        await super().send(data, text=text)

    def _on_disconnect(self, message: Message) -> None:
        self.last = encode(WsClose(message.get("code") or 1005, message.get("reason") or ""))

    async def _complete(self) -> None:
        if self._whole is not None:
            await self._refuse(*self._whole)
        elif self._opening is not None:
            await self._opening
            if not self._ended:
                close = decode_ws_close(self._rest) if self._rest else WsClose()
                await self._send({"type": "websocket.close", "code": close.code, "reason": close.reason})

    async def _refuse(self, head: Raw, body: bytes) -> None:
        if not self._can_refuse:
            await self._send({"type": "websocket.close", "code": 1000, "reason": ""})  # a server makes it a 403
            return
        reply = decode_ws_reply(head)
        headers = [*reply.headers, (b"content-length", b"%d" % len(body))]
        await self._send({"type": "websocket.http.response.start", "status": reply.status, "headers": headers})
        await self._send({"type": "websocket.http.response.body", "body": body})


def _body(data: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def _call(kind: str, scope: Scope, body: bytes, more: bool) -> Call:
    root_path = scope.get("root_path", "")
    path = scope["path"]
    if root_path and (path == root_path or path.startswith(root_path + "/")):  # as ASGI 2.4 wants it; servers differ
        path = path[len(root_path) :] or "/"
    client, server = scope.get("client"), scope.get("server")
    head = HttpHead(
        scope.get("method", "GET"),
        path,
        scope.get("query_string", b""),
        [(bytes(name), bytes(value)) for name, value in scope["headers"]],
        root_path,
        scope.get("scheme", "http"),
        (client[0], client[1]) if client else None,
        (server[0], server[1]) if server else None,
    )
    return Call(1, kind, Raw(encode(head)), body, more, 0.0, secrets.token_hex(8), kind == "ws")
