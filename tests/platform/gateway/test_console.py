"""The console's listener holds a few connections, none for longer than it may take, and the one that has been silent
for the longest goes first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.platform.gateway.served import Served, turn, until
from tests.platform.gateway.test_handshakes import HALF, KEYS, UPGRADE
from vaas.platform.auth.credential import KNOWN
from vaas.platform.gateway import connection, console
from vaas.platform.node import servers


class Api:
    """Answers once it may; to POST, once it has the whole body."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.answer = b"told"
        self.known = True
        """Whether its callers have a token."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        self.asked += 1
        if self.known:
            scope[KNOWN] = True
        while scope["method"] == "POST" and (message := await receive()).get("more_body"):
            assert message["type"] == "http.request"
        await self.may_answer.wait()
        length = str(len(self.answer)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        for start in range(0, len(self.answer), 65536):
            part = self.answer[start : start + 65536]
            await send({"type": "http.response.body", "body": part, "more_body": start + 65536 < len(self.answer)})


GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Served, Api], Awaitable[None]]], None]:
    def run(scene: Callable[[Served, Api], Awaitable[None]]) -> None:
        async def whole() -> None:
            sock, api = servers.bind("127.0.0.1:0", "--console"), Api()
            listener = servers.console(api, sock)
            listener.start()
            served = Served(listener, sock.getsockname())
            try:
                async with asyncio.timeout(20):
                    await scene(served, api)
            finally:
                for _, writer in served.clients:
                    writer.transport.abort()
                await listener.stop()

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
        assert (await newcomer[0].read()).startswith(b"HTTP/1.1 503")
        api.may_answer.set()
        for reader, _ in busy:
            await reader.readuntil(b"told")

    play(scene)


def test_one_without_a_token_gives_way_even_while_it_is_being_answered(play):
    async def scene(served: Served, api: Api) -> None:
        api.known = False
        strangers = [await served.connect(), await served.connect()]
        for _, writer in strangers:
            writer.write(GET * 5)
        await until(lambda: api.asked == 2)
        api.may_answer.set()
        api.known = True
        reader, writer = await asyncio.open_connection(*served.address)
        served.clients.append((reader, writer))
        writer.write(GET)
        await reader.readuntil(b"told")

    play(scene)


@pytest.mark.parametrize(("ahead", "cut"), [(console.PIPELINED, False), (console.PIPELINED + 1, True)])
def test_who_sends_many_requests_ahead_of_their_turn_is_cut(play, ahead: int, cut: bool):
    async def scene(served: Served, api: Api) -> None:
        reader, writer = await served.connect()
        writer.write(GET * (1 + ahead))
        await until(lambda: api.asked)
        api.may_answer.set()
        if cut:
            assert await is_closed(reader)
        else:
            for _ in range(1 + ahead):
                await reader.readuntil(b"told")

    play(scene)


# --- how long a client may take


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CHECK", 0.02)
    monkeypatch.setattr(connection, "HEAD_TIMEOUT", 0.1)
    monkeypatch.setattr(console, "SILENCE", 0.1)
    monkeypatch.setattr(console, "UNREAD", 0.1)
    monkeypatch.setattr(servers, "KEEP_ALIVE", 0.1)


@pytest.mark.parametrize("rest", [b"\r\n", HALF, b"transfer-encoding: chunked\r\n\r\n3\r\na"])
@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_the_console_upgrades_nothing_and_half_a_handshake_ends(play, hurried, method: bytes, rest: bytes):
    async def scene(served: Served, api: Api) -> None:
        api.may_answer.set()
        reader, writer = await served.connect()
        writer.write(method + UPGRADE + KEYS + rest)
        assert (await reader.readline()).split()[1] in (b"200", b"408")
        await until(lambda: not served.connections)

    play(scene)


@pytest.mark.parametrize("sent", [b"G", GET[:-2], b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\na"])
def test_a_request_that_does_not_arrive_is_408(play, hurried, sent: bytes):
    async def scene(served: Served, api: Api) -> None:
        reader, writer = await served.connect()
        writer.write(sent)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"did not arrive within 0.1 s" in answer

    play(scene)


def test_a_head_without_an_end_is_431(play):
    async def scene(served: Served, api: Api) -> None:
        reader, writer = await served.connect()
        writer.write(GET[:-2])
        answer = asyncio.ensure_future(reader.readline())
        while not answer.done():
            writer.write(b"x: " + b"y" * 5000 + b"\r\n")
            await turn()
        assert answer.result().startswith(b"HTTP/1.1 431")

    play(scene)


def test_a_connection_without_a_request_is_closed(play, hurried):
    async def scene(served: Served, api: Api) -> None:
        reader, _ = await served.connect()
        assert await is_closed(reader)

    play(scene)


def test_an_answer_that_is_owed_and_a_body_behind_an_answer_that_has_begun_may_take_their_time(play, hurried):
    async def scene(served: Served, api: Api) -> None:
        reader, writer = await served.connect()
        writer.write(GET)
        await until(lambda: api.asked)
        [held] = served.connections
        for _ in range(20):
            timer = held._timer
            await until(lambda timer=timer: held._timer is not timer)
        api.may_answer.set()
        await reader.readuntil(b"told")

    play(scene)


def test_a_body_that_trickles_on_after_its_answer_ends(play, hurried):
    async def scene(served: Served, api: Api) -> None:
        api.may_answer.set()
        reader, writer = await served.connect()
        writer.write(b"PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n")
        await reader.readuntil(b"told")
        while served.connections:
            writer.write(b"x")
            await turn()

    play(scene)


def test_an_answer_that_is_not_read_is_cut(play, hurried):
    async def scene(served: Served, api: Api) -> None:
        api.may_answer.set()
        api.answer = b"x" * 16_000_000
        _, writer = await served.connect()
        writer.write(GET)
        await until(lambda: api.asked)
        await until(lambda: not served.connections)

    play(scene)


def test_one_that_reads_nothing_of_its_answer_gives_way(play):
    async def scene(served: Served, api: Api) -> None:
        api.may_answer.set()
        api.answer = b"x" * 16_000_000
        deaf = [await served.connect(), await served.connect()]
        for _, writer in deaf:
            writer.transport.pause_reading()
            writer.write(GET)
        await until(lambda: all(held.waiting_since and held._unread_since for held in served.connections))
        api.answer = b"told"
        reader, writer = await asyncio.open_connection(*served.address)
        served.clients.append((reader, writer))
        writer.write(GET)
        await reader.readuntil(b"told")

    play(scene)
