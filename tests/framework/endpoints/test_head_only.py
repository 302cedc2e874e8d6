"""A HEAD that a GET handler answers is to it a request like any other; of its answer only the head goes out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec import Raw

import vaas
from vaas.framework.endpoints.head_only import HeadOnly
from vaas.framework.http.wire_heads import HttpHead, HttpReply, decode_http_reply, encode
from vaas.framework.serving.dispatch import Dispatch
from vaas.framework.testing.calls import MemoryExchange, answering


@vaas.app
class App:
    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.begun = 0

    @vaas.get("/read")
    async def read(self, req: vaas.Request) -> str:
        self.heard.append(await req.body())
        return "read"

    @vaas.get("/endless")
    async def endless(self) -> AsyncIterator[bytes]:
        self.begun += 1
        while True:
            yield b"x"

    @vaas.get("/fails")
    async def fails(self) -> AsyncIterator[bytes]:
        yield b"x"
        raise ValueError


def head(path: str, *parts: bytes) -> tuple[MemoryExchange, App]:
    exchange = MemoryExchange("http", HttpHead("HEAD", path, b"", []), more=bool(parts))
    for part in parts:
        exchange.inbox.put_nowait((part, False))
    exchange.inbox.put_nowait(None)
    dispatch = Dispatch(App)

    async def run() -> None:
        with answering(exchange):
            work = dispatch.handle(exchange)
            if work is not None:
                await work

    asyncio.run(run())
    return exchange, dispatch.instance


def test_its_body_is_read_as_that_of_any_request() -> None:
    exchange, app = head("/read", b"one ", b"two")
    assert app.heard == [b"one two"]
    assert exchange.head is not None
    assert decode_http_reply(exchange.head).status == 200


@pytest.mark.parametrize("path", ["/endless", "/fails"])
def test_a_stream_ends_with_its_head_however_it_would_go_on(path: str) -> None:
    exchange, _ = head(path)
    assert [exchange.outbox.get_nowait() for _ in range(exchange.outbox.qsize())] == [None]
    assert exchange.failed == ""


def test_what_is_known_of_the_call_is_known_of_its_head() -> None:
    exchange = MemoryExchange("http", HttpHead("HEAD", "/", b"", []))
    exchange.deadline, exchange.last = 5.0, b"farewell"
    only = HeadOnly(exchange)
    assert (only.call, only.deadline, only.last) == (exchange.call, 5.0, b"farewell")
    assert (only.runs_on, only.state) == (True, exchange.state)
    only.fail("error")
    assert exchange.failed == "error"


def test_a_service_can_wait_for_the_end_of_it() -> None:
    exchange = MemoryExchange("http", HttpHead("HEAD", "/", b"", []))

    async def run() -> None:
        waiting = asyncio.ensure_future(HeadOnly(exchange).over())
        await asyncio.sleep(0)
        assert not waiting.done()
        exchange.reply(Raw(encode(HttpReply(200, []))))
        await waiting

    asyncio.run(run())
