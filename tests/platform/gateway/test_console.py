"""The console's listener holds a few connections, and the one that has been silent for the longest goes first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.platform.gateway.served import Served, until
from vaas.platform.node import servers


class Api:
    """Answers once it may."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"told"})


GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Served, Api], Awaitable[None]]], None]:
    def run(scene: Callable[[Served, Api], Awaitable[None]]) -> None:
        async def whole() -> None:
            sock, api = servers.bind("127.0.0.1:0", "--console"), Api()
            console = servers.console(api, sock)
            console.start()
            served = Served(console, sock.getsockname())
            try:
                async with asyncio.timeout(20):
                    await scene(served, api)
            finally:
                for _, writer in served.clients:
                    writer.transport.abort()
                await console.stop()

        asyncio.run(whole())

    monkeypatch.setattr(servers, "CONSOLE_CONNECTIONS", 2)
    return run


async def is_closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


def test_the_connection_that_has_been_silent_for_the_longest_gives_way(play):
    async def scene(served: Served, api: Api) -> None:
        api.may_answer.set()
        first, second = await served.connect(), await served.connect()
        first[1].write(GET)  # from now on the second has been silent for longer
        await first[0].readuntil(b"told")
        third = await asyncio.open_connection(*served.address)
        served.clients.append(third)
        assert await is_closed(second[0])
        for reader, writer in (first, third):
            writer.write(GET)
            await reader.readuntil(b"told")

    play(scene)


def test_when_all_are_being_answered_the_newcomer_is_turned_away(play):
    async def scene(served: Served, api: Api) -> None:
        busy = [await served.connect(), await served.connect()]
        for _, writer in busy:
            writer.write(GET)
        await until(lambda: api.asked == 2)
        newcomer = await asyncio.open_connection(*served.address)
        served.clients.append(newcomer)
        assert await is_closed(newcomer[0])
        api.may_answer.set()
        for reader, _ in busy:
            await reader.readuntil(b"told")

    play(scene)
