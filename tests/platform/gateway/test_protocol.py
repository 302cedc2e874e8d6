"""Connections: what the gateway does with callers who take their time, or too much, and when it stops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.platform.gateway.served import GET, Answers, Served, nobody_may, play, turn, until
from vaas.platform.gateway import protocol
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.routing import Routing
from vaas.platform.node import servers

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


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
