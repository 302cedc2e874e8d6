"""A connection: what the gateway does with clients that take their time, or are too many, and when it stops."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from contextlib import suppress
from typing import Any

import pytest

from tests.platform.gateway.served import GET, STREAMED, Answers, Served, answer_to, play, turn, until, whole
from vaas.platform.gateway import connection as gateway_connection
from vaas.platform.node import servers

LAST = b"GET /app/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
GRACE = 3.0
"""Seconds that a stop waits for connections that do not close (``platform/node/servers.py``)."""


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_connection, "CHECK", 0.02)
    monkeypatch.setattr(gateway_connection, "HEAD_TIMEOUT", 0.1)


async def looked_at(connection: Any, times: int = 2) -> None:
    """Until the connection has looked at its times so often."""
    for _ in range(times):
        timer = connection._timer
        await until(lambda timer=timer: connection._timer is not timer)


# --- times


def test_a_connection_s_times_are_looked_at_every_second():
    async def scene(served: Served) -> None:
        await served.connect()
        [connection] = served.connections
        assert connection._timer.when() - connection._since == pytest.approx(1.0, abs=0.3)

    play(scene, Answers(b"x"))


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


def test_a_head_that_does_not_end_after_a_streamed_request_is_408_all_the_same(hurried: None):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"POST /x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")
        await reader.readuntil(b"}\n")
        writer.write(b"GET /x HTTP/1.1\r\nhost: x\r\n")
        return await reader.read()

    assert answer_to(talk).startswith(b"HTTP/1.1 408")


def test_a_head_that_comes_in_time_is_not_given_up(monkeypatch: pytest.MonkeyPatch):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(GET[:9])
        await until(lambda: connection._in_head)
        await looked_at(connection)
        writer.write(GET[9:])
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")

    monkeypatch.setattr(gateway_connection, "CHECK", 0.005)
    play(scene, Answers(b"x"))


def test_a_client_has_ten_seconds_for_a_head(monkeypatch: pytest.MonkeyPatch):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(GET[:9])
        await until(lambda: connection._in_head)
        connection._since -= 9.0
        await looked_at(connection)
        assert connection in served.connections
        connection._since -= 1.1
        assert b"did not arrive within 10 s" in await reader.read()

    monkeypatch.setattr(gateway_connection, "CHECK", 0.005)
    play(scene, Answers(b"x"))


def test_a_head_has_its_time_only_when_the_answer_before_it_is_told(monkeypatch: pytest.MonkeyPatch):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(GET + GET[:9])
        await until(lambda: pool.asked == 1 and connection._in_head)
        await looked_at(connection)
        pool.calls[0].on_reply(whole(b"told"))
        first, _, last = (await reader.read()).partition(b"told")
        assert first.startswith(b"HTTP/1.1 200")
        assert last.startswith(b"HTTP/1.1 408")

    monkeypatch.setattr(gateway_connection, "CHECK", 0.005)
    monkeypatch.setattr(gateway_connection, "HEAD_TIMEOUT", 0.0)
    pool = Answers(None)
    play(scene, pool)


def test_a_streamed_body_may_take_longer_than_a_head(monkeypatch: pytest.MonkeyPatch):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(STREAMED[:-5])
        await until(lambda: pool.asked == 1)
        await looked_at(connection)
        writer.write(STREAMED[-5:])
        pool.calls[0].on_reply(whole(b"told"))
        assert (await reader.readuntil(b"told")).startswith(b"HTTP/1.1 200")

    monkeypatch.setattr(gateway_connection, "CHECK", 0.005)
    monkeypatch.setattr(gateway_connection, "HEAD_TIMEOUT", 0.0)
    pool = Answers(None)
    play(scene, pool)


@pytest.mark.parametrize("behind", [b"", GET, GET[:9], GET + b"\0", GET + b"GET / HTTP/1.1\r\n\r\n"])
@pytest.mark.parametrize("request_", [GET, LAST], ids=["more may come", "last"])
def test_an_answer_that_is_never_taken_is_given_up(
    hurried: None, monkeypatch: pytest.MonkeyPatch, request_: bytes, behind: bytes
):
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(request_ + behind)
        await until(lambda: pool.asked == 1)
        await until(lambda: not served.connections)

    monkeypatch.setattr(servers, "KEEP_ALIVE", 0.3)
    pool = Answers(b"x" * 16_000_000)
    play(scene, pool)


def test_an_idle_connection_is_closed_and_one_that_is_owed_an_answer_is_not(
    hurried: None, monkeypatch: pytest.MonkeyPatch
):
    async def scene(served: Served) -> None:
        idle, _ = await served.connect()
        reader, writer = await served.connect()
        writer.write(GET)
        await until(lambda: pool.asked == 1)
        assert await idle.read() == b""
        await turn(0.3)  # longer than anything that is waited for: that is the claim
        pool.calls[0].on_reply(whole(b"told"))
        await reader.readuntil(b"told")

    monkeypatch.setattr(servers, "KEEP_ALIVE", 0.1)
    pool = Answers(None)
    play(scene, pool)


def test_an_idle_connection_stays_open_for_as_long_as_it_may_be_idle(hurried: None):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        for _ in range(2):
            await turn(5 * gateway_connection.CHECK)  # it is looked at a few times: that is the claim
            writer.write(GET)
            answer = await reader.readuntil(b"told")
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"connection:" not in answer

    play(scene, Answers(b"told"))


def test_how_long_a_connection_is_idle_counts_from_its_last_answer(hurried: None, monkeypatch: pytest.MonkeyPatch):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(GET)
        await until(lambda: pool.asked == 1)
        await turn(1.1)  # longer than it may be idle: that is the claim
        pool.calls[0].on_reply(whole(b"told"))
        await reader.readuntil(b"told")
        await turn(5 * gateway_connection.CHECK)  # and then it is looked at a few times
        writer.write(GET)
        await until(lambda: pool.asked == 2)

    monkeypatch.setattr(servers, "KEEP_ALIVE", 1.0)
    pool = Answers(None)
    play(scene, pool)


# --- what cannot be understood, and who is one too many


def test_what_is_not_http_is_a_problem_and_the_connection_closes():
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"\x00\x01\x02\r\n\r\n")
        return await reader.read()

    answer = answer_to(talk)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer


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


def test_a_client_that_asks_nothing_loses_its_place_without_a_word():
    async def scene(served: Served) -> None:
        idle, writer = await served.connect()
        writer.write(GET)
        await idle.readuntil(b"\r\n\r\nx")
        served.clients.append(await asyncio.open_connection(*served.address))
        reader, writer = served.clients[-1]
        writer.write(GET)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        with suppress(ConnectionResetError):
            assert await idle.read() == b""

    play(scene, Answers(b"x"), most=1)


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
        assert b"retry-after: 1\r\n" in answer
        assert b"request_id" in answer
        await until(lambda: len(served.connections) == 3)

    pool = Answers(None)
    play(scene, pool, most=3)
    assert "--connections = 3" in caplog.text


# --- its end


@pytest.mark.parametrize("request_", [GET, STREAMED], ids=["fast", "asgi"])
def test_a_stop_lets_the_answer_under_way_be_told_and_then_closes(request_: bytes):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(request_)
        await until(lambda: pool.asked == 1)
        stopping = asyncio.create_task(served.gateway.stop())
        await until(lambda: connection.transport.is_closing() or not connection.cycle.keep_alive)
        pool.calls[0].on_reply(whole(b"told"))
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in answer
        assert answer.endswith(b"told")
        await stopping

    pool = Answers(None)
    play(scene, pool)


@pytest.mark.parametrize("before", [b"", GET], ids=["unused", "used"])
def test_a_stop_closes_a_connection_that_is_owed_nothing_at_once(before: bytes):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(before)
        await until(lambda: pool.asked == bool(before))
        await served.gateway.stop()
        assert (await reader.read()).count(b"HTTP/1.1 200") == pool.asked

    pool = Answers(b"x")
    begun = time.monotonic()
    play(scene, pool)
    assert time.monotonic() - begun < GRACE


def test_of_a_connection_that_is_closed_nothing_is_kept():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        gone = weakref.ref(connection)
        del connection
        writer.write(GET)
        await reader.readuntil(b"x-request-id")
        writer.close()
        await until(lambda: not served.connections)
        pool.calls.clear()
        await until(lambda: gc.collect() >= 0 and gone() is None)

    pool = Answers(b"x")
    play(scene, pool)
