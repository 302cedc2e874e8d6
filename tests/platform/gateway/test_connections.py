"""Connections of a gateway without apps: what it does with callers who take their time, or too much."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from vaas.platform import servers
from vaas.platform.gateway import protocol
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.routing import Routing

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
