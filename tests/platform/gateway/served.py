"""A gateway on a socket of its own, with one app whose pool the test plays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from msgspec import Raw

from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.spec import HostSpec
from vaas.core.wire.messages import WINDOW, Reply
from vaas.framework.http.wire_heads import HttpHead, HttpReply, WsReply, decode_http_head, encode
from vaas.platform.gateway.forwarded import TrustedProxies
from vaas.platform.gateway.node import GatewayNode, MayUse
from vaas.platform.gateway.request_lines import Tell
from vaas.platform.gateway.routing import AppRoute, PoolLike, Routing
from vaas.platform.node import servers
from vaas.platform.records.records import Traffic

GET = b"GET /app/ HTTP/1.1\r\nhost: x\r\n\r\n"
STREAMED = b"POST /app/ HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"


async def nobody_may(token: str, app: str) -> bool:
    return False


class Answers:
    """A pool that answers every call at once, or, with ``body`` None, when the test does; websockets it refuses."""

    blocking_routes = None

    def __init__(self, body: bytes | None) -> None:
        self.spec = HostSpec(app="app", release="v1", folder="/", data="/", tmp="/")
        self.calls: list[PendingCall] = []
        self._body = body

    @property
    def asked(self) -> int:
        return len(self.calls)

    @property
    def heads(self) -> list[HttpHead]:
        """What the app sees of each request."""
        return [decode_http_head(call.head) for call in self.calls]

    def submit(self, pending: PendingCall) -> None:
        self.calls.append(pending)
        if pending.kind == "ws":
            pending.on_reply(Reply(1, Raw(encode(WsReply(403))), b""))
        elif self._body is not None:
            pending.on_reply(whole(self._body))


def begin(pending: PendingCall, link: LinkToWorker) -> None:
    """What a link does with a call that it is given, but for the frame."""
    pending.call_id, pending.link, pending.credit = 1, link, WINDOW - len(pending.body)
    pending.on_credit()


def whole(body: bytes) -> Reply:
    """An answer in one part."""
    return Reply(1, Raw(encode(HttpReply(200, []))), body)


Scene = Callable[["Served"], Awaitable[None]]


class Served:
    """A gateway with one app, ``/app/``."""

    def __init__(self, gateway: servers.Listener, address: tuple[str, int]) -> None:
        self.gateway, self.address = gateway, address
        self.clients: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    @property
    def connections(self) -> set[Any]:
        return self.gateway.server_state.connections

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        before = len(self.connections)
        self.clients.append(await asyncio.open_connection(*self.address))
        reader, writer = self.clients[-1]
        await until(lambda: len(self.connections) != before)
        return reader, writer


LOCKED = Traffic(app="app", mode="lock", lock=1)


def play(
    scene: Scene,
    pool: Answers,
    most: int = 100,
    may_use: MayUse = nobody_may,
    traffic: Traffic = LOCKED,
    trusted: TrustedProxies | None = None,
    tell: Tell | None = None,
) -> None:
    async def whole() -> None:
        sock = servers.bind("127.0.0.1:0", "--listen")
        routing = Routing()
        routing.put(AppRoute("app", {1: cast(PoolLike, pool)}, traffic))
        gateway = servers.gateway(GatewayNode(routing, may_use, connections=most, trusted=trusted), sock, tell)
        gateway.start()
        served = Served(gateway, sock.getsockname())
        try:
            async with asyncio.timeout(20):
                await scene(served)
        finally:
            for _, writer in served.clients:
                writer.transport.abort()
            await gateway.stop()

    asyncio.run(whole())


async def until(true: Callable[[], Any]) -> None:
    """Returns at the first turn of the event loop at which it is."""
    while not true():
        await turn()


async def turn(seconds: float = 0.002) -> None:
    turned = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, turned.set)
    await turned.wait()


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


def answer_to(talk: Talk) -> bytes:
    """What ``talk`` returns, on one connection to a gateway of its own that has no app."""

    async def scene() -> bytes:
        sock = servers.bind("127.0.0.1:0", "--listen")
        gateway = servers.gateway(GatewayNode(Routing(), nobody_may), sock)
        gateway.start()
        reader, writer = await asyncio.open_connection(*sock.getsockname())
        try:
            async with asyncio.timeout(10):
                return await talk(reader, writer)
        finally:
            writer.close()
            await gateway.stop()

    return asyncio.run(scene())
