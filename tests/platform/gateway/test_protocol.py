"""Connections of a gateway without apps: what it does with callers who take their time, or too much."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
from msgspec import Raw

from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.spec import HostSpec
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import HttpReply, encode
from vaas.platform.gateway import protocol
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.routing import AppRoute, PoolLike, Routing
from vaas.platform.node import servers
from vaas.platform.records.records import Traffic

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


async def nobody_may(token: str, app: str) -> bool:
    return False


def answer_to(talk: Talk) -> bytes:
    """What ``talk`` returns, on one connection to a gateway of its own."""

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


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "CHECK", 0.02)
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT", 0.1)


def test_a_head_that_does_not_end_is_408_and_the_connection_closes(hurried: None):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n")
        return await reader.read()

    answer = answer_to(talk)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"application/problem+json" in answer


def test_a_body_that_does_not_come_is_408_too(hurried: None):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc")
        return await reader.read()

    assert answer_to(talk).startswith(b"HTTP/1.1 408")


def test_what_is_not_http_is_a_problem_and_the_connection_closes():
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"\x00\x01\x02\r\n\r\n")
        return await reader.read()

    answer = answer_to(talk)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer


def test_a_thousand_pipelined_requests_are_a_thousand_answers():
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET /x HTTP/1.1\r\nhost: x\r\n\r\n" * 999)
        writer.write(b"GET /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        return await reader.read()

    assert answer_to(talk).count(b"HTTP/1.1 404") == 1000


def test_a_request_of_http_1_0_is_answered_and_closed():
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET /x HTTP/1.0\r\n\r\n")
        return await reader.read()

    answer = answer_to(talk)
    assert b"connection: close" in answer


class Answers:
    """A pool that answers every call at once, or never."""

    hints = None

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


GET = b"GET /app/ HTTP/1.1\r\nhost: x\r\n\r\n"


def test_a_client_that_trickles_loses_its_place_to_one_that_asks():
    async def scene(served: Served) -> None:
        slow = []
        for _ in range(5):
            before = served.connections.copy()
            slow.append(await served.connect())
            [connection] = served.connections - before
            slow[-1][1].write(b"GET /app/ HTTP/1.1\r\nx: ")
            await until(lambda connection=connection: connection.waiting_since and connection._in_head)
        reader, writer = await asyncio.open_connection(*served.address)
        served.clients.append((reader, writer))
        writer.write(GET)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        turned_out = await slow[0][0].read()
        assert turned_out.startswith(b"HTTP/1.1 408")
        assert b"--connections = 5" in turned_out
        assert len(served.connections) == 5

    play(scene, Answers(b"x"), most=5)


def test_who_comes_when_all_are_being_answered_is_told_so_and_the_log_too(caplog: pytest.LogCaptureFixture):
    async def scene(served: Served) -> None:
        for n in range(3):
            _, writer = await served.connect()
            writer.write(GET)
            await until(lambda n=n: pool.asked == n + 1)
        served.clients.append(await asyncio.open_connection(*served.address))
        answer = await served.clients[-1][0].read()
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"--connections = 3" in answer
        assert b"request_id" in answer
        await until(lambda: len(served.connections) == 3)

    pool = Answers(None)
    play(scene, pool, most=3)
    assert "--connections = 3" in caplog.text


def test_a_client_that_asks_and_does_not_read_is_answered_no_more_than_it_takes():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        for _ in range(200):
            writer.write(GET * 100)
        await until(lambda: connection.flow.write_paused)
        for _ in range(50):
            await turn()
        assert connection.transport.get_write_buffer_size() < 2 * len(BODY)
        assert pool.asked < 200
        for _ in range(200):  # and once it reads, it has them all
            await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(len(BODY)) == BODY

    BODY = b"x" * 200_000
    pool = Answers(BODY)
    play(scene, pool)


@pytest.mark.parametrize("request_", [GET, b"GET /app/ HTTP/1.1\r\nconnection: close\r\n\r\n"])
def test_an_answer_that_is_never_taken_is_given_up(hurried: None, monkeypatch: pytest.MonkeyPatch, request_: bytes):
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(request_)
        await until(lambda: pool.asked == 1)
        await until(lambda: not served.connections)

    monkeypatch.setattr(servers, "KEEP_ALIVE", 0.3)
    pool = Answers(b"x" * 16_000_000)
    play(scene, pool)


def test_a_head_that_does_not_end_after_a_streamed_request_is_408_all_the_same(hurried: None):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"POST /x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")
        await reader.readuntil(b"}")
        writer.write(b"GET /x HTTP/1.1\r\nhost: x\r\n")
        return await reader.read()

    assert answer_to(talk).startswith(b"HTTP/1.1 408")


async def until(true: Callable[[], Any]) -> None:
    """Returns at the first turn of the event loop at which it is."""
    while not true():
        await turn()


async def turn(seconds: float = 0.002) -> None:
    turned = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, turned.set)
    await turned.wait()
