"""Calls of an app under test: an ``Exchange`` in memory, and requests, websockets and RPC over it.

Used by ``client.py``.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx
import msgspec
from msgspec import Raw

from vaas.core.service import CallerGone, current
from vaas.core.wire.messages import Call
from vaas.framework.authoring.websocket import WebSocketClosed
from vaas.framework.http.json_out import to_json
from vaas.framework.http.wire_heads import (
    HttpHead,
    RpcHead,
    WsClose,
    decode_http_reply,
    decode_rpc_reply,
    decode_ws_close,
    decode_ws_reply,
    encode,
)
from vaas.framework.serving.dispatch import Dispatch

GOODBYE = 2.0
"""Seconds that a handler has to end after its websocket was closed: enough for any test."""

Part = tuple[bytes, bool]
Headers = list[tuple[bytes, bytes]]


class MemoryExchange:
    """Keeps the answer. What the caller sends goes into ``inbox``; None ends it."""

    def __init__(self, kind: str, head: HttpHead | RpcHead, body: bytes = b"", *, more: bool = False) -> None:
        self.call = Call(1, kind, Raw(encode(head)), body, more, 0.0, secrets.token_hex(8), kind == "ws")
        self.deadline = float("inf")
        self.last = b""
        self.runs_on = True
        self.state: dict[str, Any] = {}
        self.head: Raw | None = None
        self.body = b""
        self.failed = ""
        self.gone = False
        self.answered = asyncio.Event()
        self.inbox: asyncio.Queue[Part | None] = asyncio.Queue()
        self.outbox: asyncio.Queue[Part | None] = asyncio.Queue()

    def reply(self, head: Raw, body: bytes = b"", *, more: bool = False) -> None:
        if self.head is None:
            self.head, self.body = head, body
            self.answered.set()

    async def send(self, data: bytes, *, text: bool = False) -> None:
        if self.gone:
            raise CallerGone
        self.outbox.put_nowait((data, text))

    def finish(self, data: bytes = b"") -> None:
        if self.call.messages:
            self.last = self.last or data
        elif data:
            self.outbox.put_nowait((data, False))
        self.outbox.put_nowait(None)

    async def receive(self) -> Part | None:
        part = await self.inbox.get()
        if part is None:
            self.inbox.put_nowait(None)  # it has ended for good
        return part

    @property
    def is_over(self) -> bool:
        return self.gone

    async def over(self) -> None:
        await self.answered.wait()

    def fail(self, reason: str) -> None:
        self.failed = reason
        self.outbox.put_nowait(None)

    def whole_body(self) -> bytes:
        parts = [self.body]
        while not self.outbox.empty():
            part = self.outbox.get_nowait()
            parts.append(part[0] if part else b"")
        return b"".join(parts)


@contextmanager
def answering(exchange: MemoryExchange) -> Iterator[None]:
    before = current.set(exchange)
    try:
        yield
    finally:
        current.reset(before)


async def finish(dispatch: Dispatch, exchange: MemoryExchange) -> Raw:
    """The head of the answer, when all of the answer is there."""
    with answering(exchange):
        work = dispatch.handle(exchange)
        if work is not None:
            await work
    assert exchange.head is not None, "a call was not answered"
    return exchange.head


async def answer_http(dispatch: Dispatch, request: httpx.Request, body: bytes) -> httpx.Response:
    url = request.url
    headers = [(name.lower(), value) for name, value in request.headers.raw]
    exchange = MemoryExchange("http", HttpHead(request.method, url.path, url.query, headers, scheme=url.scheme), body)
    reply = decode_http_reply(await finish(dispatch, exchange))
    if exchange.failed:
        raise httpx.RemoteProtocolError(f"the answer broke off: {exchange.failed}", request=request)
    content = b"" if request.method == "HEAD" else exchange.whole_body()
    return httpx.Response(reply.status, headers=reply.headers, content=content, request=request)


class RpcError(Exception):
    """A call by RPC was answered with a problem."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem


async def call_method(dispatch: Dispatch, method: str, arguments: dict[str, Any]) -> Any:
    exchange = MemoryExchange("rpc", RpcHead(method), to_json(arguments))
    reply = decode_rpc_reply(await finish(dispatch, exchange))
    value = msgspec.json.decode(exchange.body)
    if reply.status != 200:
        raise RpcError(reply.status, value)
    return value


class Refused(Exception):
    """The app did not accept a websocket."""

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        super().__init__(f"refused with {status}: {body.decode(errors='replace')}")
        self.status = status
        self.headers = httpx.Headers(headers)
        self.body = body


async def open_socket(dispatch: Dispatch, path: str, query: str, headers: Headers) -> Socket:
    """Raises ``Refused``."""
    head = HttpHead("GET", path, query.encode(), [(name.lower(), value) for name, value in headers], scheme="ws")
    exchange = MemoryExchange("ws", head, more=True)
    with answering(exchange):
        work = dispatch.handle(exchange)
        task = asyncio.ensure_future(work) if work is not None else None
    if task is not None:
        waiting = asyncio.ensure_future(exchange.answered.wait())
        await asyncio.wait([waiting, task], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
    assert exchange.head is not None, "a websocket was neither accepted nor refused"
    reply = decode_ws_reply(exchange.head)
    if reply.status != 101:
        raise Refused(reply.status, reply.headers, exchange.body)
    return Socket(exchange, task, reply.subprotocol)


class Socket:
    """The test's end of a websocket."""

    def __init__(self, exchange: MemoryExchange, task: asyncio.Future[None] | None, subprotocol: str) -> None:
        self._exchange = exchange
        self._task = task
        self.subprotocol = subprotocol

    async def send(self, message: str | bytes) -> None:
        data = message.encode() if isinstance(message, str) else message
        self._exchange.inbox.put_nowait((data, isinstance(message, str)))

    async def receive(self) -> str | bytes:
        """The next message; raises ``vaas.WebSocket.Closed`` when the app has closed."""
        part = await self._exchange.outbox.get()
        if part is None:
            self._exchange.outbox.put_nowait(None)
            close = decode_ws_close(self._exchange.last)
            raise WebSocketClosed(close.code, close.reason)
        data, text = part
        return data.decode() if text else data

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Says goodbye and waits until the handler has ended; one that does not is cut, as on a platform."""
        if not self._exchange.last:
            self._exchange.last = encode(WsClose(code, reason))
        self._exchange.inbox.put_nowait(None)
        if self._task is not None:
            await asyncio.wait([self._task], timeout=GOODBYE)
            self._task.cancel()
            await asyncio.wait([self._task])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._exchange.gone = True
        await self.close()
