"""The gateway and the console, each with an app that notes what it is asked and answers once it has all of a body."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple, cast

from msgspec import Raw

from tests.platform.gateway.served import Answers, Served, begin, play, whole
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.messages import Data, Reply
from vaas.framework.http.wire_heads import WsReply, decode_http_head, encode
from vaas.platform.node import servers


class Got(NamedTuple):
    """A request, as the app has it."""

    method: str
    path: str
    headers: dict[bytes, bytes]
    body: bytes


class Notes(Answers):
    """As the pool of the gateway's app; a websocket it refuses."""

    def __init__(self, got: list[Got]) -> None:
        super().__init__(None)
        self._got = got

    def submit(self, pending: PendingCall) -> None:
        self.calls.append(pending)
        if pending.kind == "ws":
            pending.on_reply(Reply(1, Raw(encode(WsReply(403))), b""))
        elif pending.more:
            begin(pending, cast(Any, Worker(self, pending)))
        else:
            self.answer(pending, pending.body)

    def answer(self, pending: PendingCall, body: bytes) -> None:
        head = decode_http_head(pending.head)
        self._got.append(Got(head.method, head.path, dict(head.headers), bytes(body)))
        pending.on_reply(whole(b"told"))


class Worker:
    def __init__(self, pool: Notes, call: PendingCall) -> None:
        self._pool, self._call, self._body = pool, call, bytes(call.body)

    def on_moved(self, call: PendingCall) -> None: ...
    def occupy(self, call: PendingCall) -> None: ...
    def give_credit(self, call_id: int, size: int) -> None: ...
    def cancel(self, call: PendingCall, reason: str) -> None:
        call.link = None

    def write(self, part: Data) -> None:
        self._body += part.data
        if part.end:
            self._pool.answer(self._call, self._body)
        else:
            self._call.credited(len(part.data))


class Api:
    """As the application of the console."""

    def __init__(self, got: list[Got]) -> None:
        self._got = got

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message["body"], message["more_body"]
        path = scope["path"].removeprefix("/app")
        self._got.append(Got(scope["method"], path, dict(scope["headers"]), body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"told"})


Scene = Callable[[Served], Awaitable[None]]
On = Callable[[Scene, list[Got]], None]


def on_gateway(scene: Scene, got: list[Got]) -> None:
    play(scene, Notes(got))


def on_console(scene: Scene, got: list[Got]) -> None:
    async def whole() -> None:
        sock = servers.bind("127.0.0.1:0", "--console")
        console = servers.console(Api(got), sock)
        console.start()
        served = Served(console, sock.getsockname())
        try:
            async with asyncio.timeout(20):
                await scene(served)
        finally:
            for _, writer in served.clients:
                writer.transport.abort()
            await console.stop()

    asyncio.run(whole())


LAST = b"GET /app/last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


def said(on: On, *pieces: bytes) -> tuple[list[int], list[Got]]:
    """What is answered to these bytes, sent one piece after the other, until the end: the statuses; and what of it
    reached the app."""
    got: list[Got] = []
    answer = b""

    async def scene(served: Served) -> None:
        nonlocal answer
        reader, writer = await served.connect()
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        with suppress(ConnectionResetError):
            while part := await reader.read(65536):
                answer += part

    on(scene, got)
    return [int(status) for status in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", answer)], got
