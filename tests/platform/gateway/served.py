"""A gateway on a socket of its own, with one app whose pool the test plays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from msgspec import Raw

from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.spec import HostSpec
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import HttpReply, encode
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.routing import AppRoute, PoolLike, Routing
from vaas.platform.node import servers
from vaas.platform.records.records import Traffic

GET = b"GET /app/ HTTP/1.1\r\nhost: x\r\n\r\n"


async def nobody_may(token: str, app: str) -> bool:
    return False


class Answers:
    """A pool that answers every call at once, or never."""

    blocking_routes = None

    def __init__(self, body: bytes | None) -> None:
        self.spec = HostSpec(app="app", release="v1", folder="/", data="/", tmp="/")
        self.asked = 0
        self._body = body

    def submit(self, pending: PendingCall) -> None:
        self.asked += 1
        if self._body is not None:
            pending.on_reply(Reply(1, Raw(encode(HttpReply(200, []))), self._body))


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


def play(scene: Scene, pool: Answers, most: int = 100) -> None:
    async def whole() -> None:
        sock = servers.bind("127.0.0.1:0", "--listen")
        routing = Routing()
        routing.put(AppRoute("app", {1: cast(PoolLike, pool)}, Traffic(app="app", mode="lock", lock=1)))
        gateway = servers.gateway(GatewayNode(routing, nobody_may, connections=most), sock)
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
