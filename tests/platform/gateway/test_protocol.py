"""Connections: what the gateway does with callers who take their time, or too much, and when it stops."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from msgspec import Raw

from tests.platform.gateway.served import GET, Answers, Served, nobody_may, play, turn, until, whole
from vaas.core.errors import VaasError
from vaas.core.pool.errors import DeadlineExceeded, HandlerFailed, HostGone, HostOverLimit, QueueFull
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import HttpReply, encode
from vaas.platform.gateway import protocol
from vaas.platform.gateway.fast_path import FastRequest
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.routing import Routing
from vaas.platform.gateway.streams import StreamedCall
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
    assert answer.startswith(b"HTTP/1.1 404")
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
        assert b"retry-after: 1\r\n" in answer
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


@pytest.mark.parametrize("request_", [GET, b"GET /app/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"])
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


# --- an app that has no answer


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DeadlineExceeded(timeout=1.0), 504),
        (HostGone(reason="x"), 502),
        (HostOverLimit(reason="x"), 502),
        (HandlerFailed(reason="error"), 500),
        (QueueFull(queue=3), 503),
    ],
)
def test_each_failure_of_a_call_has_its_own_status(error: VaasError, status: int):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(GET)
        await until(lambda: pool.asked == 1)
        pool.calls[0].fail(error)
        answer = await reader.readuntil(b"}")
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        assert error.code.encode() in answer
        writer.write(GET)  # the connection goes on
        await until(lambda: pool.asked == 2)

    pool = Answers(None)
    play(scene, pool)


def test_a_failure_in_the_middle_of_a_stream_ends_the_connection():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(GET + GET)
        await until(lambda: pool.asked == 1 and connection.pipeline)
        pool.calls[0].on_reply(Reply(1, Raw(encode(HttpReply(200, []))), b"half", more=True))
        assert await reader.readuntil(b"half")
        pool.calls[0].fail(HostGone(reason="x"))
        rest = b""
        with suppress(ConnectionResetError):
            rest = await reader.read()
        assert b"HTTP/1.1" not in rest
        assert not rest.endswith(b"0\r\n\r\n")
        await until(lambda: not served.connections)
        assert pool.asked == 1
        assert not connection.pipeline

    pool = Answers(None)
    play(scene, pool)


def test_a_client_that_goes_away_gives_up_its_call_and_an_answer_that_comes_all_the_same_is_dropped():
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(GET)
        await until(lambda: pool.asked == 1)
        writer.transport.abort()
        await until(lambda: not served.connections)
        assert pool.calls[0].gone
        pool.calls[0].on_reply(whole(b"late"))  # before the worker has heard of it

    pool = Answers(None)
    play(scene, pool)


def test_a_call_that_is_answered_is_not_given_up_when_its_client_goes_away():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(GET)
        await reader.readuntil(b"told")
        writer.transport.abort()
        await until(lambda: not served.connections)
        assert not pool.calls[0].gone

    pool = Answers(b"told")
    play(scene, pool)


# --- a stop of the server


STREAMED = b"POST /app/ HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"


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


GRACE = 3.0
"""Seconds that a stop waits for connections that do not close (``platform/node/servers.py``)."""


# --- what a connection leaves behind


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


def test_a_connection_that_becomes_a_websocket_has_no_more_times_to_keep(hurried: None):
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        [connection] = served.connections
        timer = connection._timer
        gone = weakref.ref(connection)
        writer.write(
            b"GET /app/ HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
            b"sec-websocket-version: 13\r\nsec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n"
        )
        await until(lambda: pool.asked == 1)
        timer = connection._timer
        assert timer.cancelled()
        del connection, timer
        await until(lambda: gc.collect() >= 0 and gone() is None)

    pool = Answers(None)
    play(scene, pool)


# --- a head


@pytest.mark.parametrize("expect", [b"100-continue", b"100-Continue"])
@pytest.mark.parametrize("size", [3, 100_000])
def test_a_client_that_waits_to_be_told_to_go_on_is_told(expect: bytes, size: int):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(b"POST /app/ HTTP/1.1\r\nhost: x\r\nexpect: %b\r\ncontent-length: %d\r\n\r\n" % (expect, size))
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"x" * size)
        pool.calls[0].on_reply(whole(b"told"))
        assert (await reader.readuntil(b"told")).startswith(b"HTTP/1.1 200")

    pool = Answers(None)
    play(scene, pool)


@pytest.mark.parametrize("before", [b"", b"expect: 100-continue\r\n"], ids=["first", "after one that waits"])
@pytest.mark.parametrize("other", [b"", b"expect: more\r\n", b"upgrade: 100-continue\r\n"])
def test_a_request_that_does_not_wait_is_not_told_to_go_on(before: bytes, other: bytes):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        if before:
            writer.write(b"POST /app/ HTTP/1.1\r\nhost: x\r\n" + before + b"content-length: 0\r\n\r\n")
            await reader.readuntil(b"told")
        writer.write(STREAMED.replace(b"\r\n\r\n0", b"\r\n" + other + b"\r\n0"))
        assert (await reader.readuntil(b"told")).startswith(b"HTTP/1.1 200")

    play(scene, Answers(b"told"))


def test_a_client_that_does_not_wait_is_not_told_to_go_on():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(STREAMED)
        assert (await reader.readuntil(b"told")).startswith(b"HTTP/1.1 200")

    play(scene, Answers(b"told"))


@pytest.mark.parametrize("special", [b"", b"x-vaas-release: v1\r\n", b"transfer-encoding: chunked\r\n"])
@pytest.mark.parametrize("size", [protocol.MAX_HEAD, 3 * protocol.MAX_HEAD])
def test_a_head_that_is_too_large_is_431_whichever_way_it_would_have_gone(special: bytes, size: int):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"POST /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + special)
        writer.write(b"x-large: %b\r\n\r\n0\r\n\r\n" % (b"x" * size))
        answer = b""
        with suppress(ConnectionResetError):
            while part := await reader.read(65536):
                answer += part
        return answer

    answer = answer_to(talk)
    assert answer.startswith(b"HTTP/1.1 431")
    assert answer.count(b"HTTP/1.1") == 1


def test_a_head_may_be_as_large_as_the_limit():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        taken = len("/app/" + "host" + "x" + "x-large")
        writer.write(GET[:-2] + b"x-large: %b\r\n\r\n" % (b"x" * (protocol.MAX_HEAD - taken)))
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.write(GET[:-2] + b"x-large: %b\r\n\r\n" % (b"x" * (protocol.MAX_HEAD - taken + 1)))
        await reader.readuntil(b"HTTP/1.1 431")

    play(scene, Answers(b"x"))


@pytest.mark.parametrize(
    ("request_", "head"),
    [
        (b"PUT /app HTTP/1.1\r\nhost: x\r\n\r\n", ("PUT", "/", b"", "/app")),
        (b"GET /app/a%20b?c=%20 HTTP/1.1\r\nhost: x\r\n\r\n", ("GET", "/a b", b"c=%20", "/app")),
        (b"PROPFIND /app/x? HTTP/1.1\r\nhost: x\r\n\r\n", ("PROPFIND", "/x", b"", "/app")),
        (b"POST http://x/app/y?z HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n", ("POST", "/y", b"z", "/app")),
    ],
)
def test_an_app_sees_method_path_and_query(request_: bytes, head: tuple[str, str, bytes, str]):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(request_)
        await reader.readline()
        [seen] = pool.heads
        assert (seen.method, seen.path, seen.query, seen.root_path) == head
        assert seen.headers[0] == (b"host", b"x")
        assert seen.client == writer.get_extra_info("sockname")
        assert seen.server == writer.get_extra_info("peername")

    pool = Answers(b"x")
    play(scene, pool)


def test_a_small_body_travels_with_its_call_and_a_larger_one_is_streamed():
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        for size in (protocol.INLINE_BODY, protocol.INLINE_BODY + 1):
            writer.write(b"POST /app/ HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % size + b"b" * size)
        await until(lambda: pool.asked == 1)
        pool.calls[0].on_reply(whole(b"x"))
        await until(lambda: pool.asked == 2)
        small, large = pool.calls
        assert (len(small.body), type(small), type(large)) == (protocol.INLINE_BODY, FastRequest, StreamedCall)
        large.on_reply(whole(b"x"))

    pool = Answers(None)
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
            await turn(5 * protocol.CHECK)  # it is looked at a few times: that is the claim
            writer.write(GET)
            answer = await reader.readuntil(b"told")
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"connection:" not in answer

    play(scene, Answers(b"told"))


def test_after_pipelined_requests_the_connection_is_read_again():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(GET + GET)
        for n in range(3):
            await until(lambda n=n: pool.asked == n + 1)
            pool.calls[n].on_reply(whole(b"told"))
            assert (await reader.readuntil(b"told")).startswith(b"HTTP/1.1 200")
            if n == 1:
                writer.write(GET)

    pool = Answers(None)
    play(scene, pool)


def test_a_connection_of_http_1_0_is_closed_even_if_its_client_would_keep_it():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(b"GET /app/ HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
        assert b"connection: close" in await reader.read()

    play(scene, Answers(b"told"))


def test_how_long_a_connection_is_idle_counts_from_its_last_answer(hurried: None, monkeypatch: pytest.MonkeyPatch):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(GET)
        await until(lambda: pool.asked == 1)
        await turn(1.1)  # longer than it may be idle: that is the claim
        pool.calls[0].on_reply(whole(b"told"))
        await reader.readuntil(b"told")
        await turn(5 * protocol.CHECK)  # and then it is looked at a few times
        writer.write(GET)
        await until(lambda: pool.asked == 2)

    monkeypatch.setattr(servers, "KEEP_ALIVE", 1.0)
    pool = Answers(None)
    play(scene, pool)


def test_heads_that_come_in_parts_are_bounded_each_for_itself():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        for _ in range(2 * protocol.MAX_HEAD // LARGE + 2):
            writer.write(GET[:-2] + b"x-large: ")
            await until(lambda: connection._in_head)
            writer.write(b"%b\r\n\r\n" % (b"x" * LARGE))
            assert (await reader.readuntil(b"told")).startswith(b"HTTP/1.1 200")

    LARGE = 30_000
    play(scene, Answers(b"told"))


@pytest.mark.parametrize(("more", "status"), [(b"", b"200"), (b"x", b"431")])
def test_a_head_that_comes_in_parts_may_be_as_large_as_the_limit(more: bytes, status: bytes):
    async def scene(served: Served) -> None:
        reader, _ = await served.connect()
        [connection] = served.connections
        begun = GET[1:-2] + b"x-large: "
        connection.data_received(GET[:1])
        connection.data_received(begun)
        connection.data_received(b"x" * (protocol.MAX_HEAD - len(begun)) + more)
        connection.data_received(b"\r\n\r\n")
        assert (await reader.readline()).split()[1] == status

    play(scene, Answers(b"x"))


def test_blank_lines_before_a_request_are_no_head():
    async def scene(served: Served) -> None:
        reader, _ = await served.connect()
        [connection] = served.connections
        for _ in range(3):
            connection.data_received(b"\r\n" * protocol.MAX_HEAD)
        connection.data_received(GET)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")

    play(scene, Answers(b"x"))


@pytest.mark.parametrize(("more", "status"), [(0, b"400"), (1, b"431")])
def test_what_is_not_http_within_a_head_is_a_problem_of_its_size_only_beyond_the_limit(more: int, status: bytes):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        size = protocol.MAX_HEAD - len("/app/" + "host" + "x" + "x-large") + more
        writer.write(
            GET[:-2]
            + b"x-large: %b\r\nx: the parser tells of one when it has the next\r\nbad header\r\n\r\n" % (b"x" * size)
        )
        assert (await reader.readline()).split()[1] == status

    play(scene, Answers(b"x"))


# --- times


async def looked_at(connection: Any, times: int = 2) -> None:
    """Until the connection has looked at its times so often."""
    for _ in range(times):
        timer = connection._timer
        await until(lambda timer=timer: connection._timer is not timer)


def test_a_head_that_comes_in_time_is_not_given_up(monkeypatch: pytest.MonkeyPatch):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(GET[:9])
        await until(lambda: connection._in_head)
        await looked_at(connection)
        writer.write(GET[9:])
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")

    monkeypatch.setattr(protocol, "CHECK", 0.005)
    play(scene, Answers(b"x"))


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

    monkeypatch.setattr(protocol, "CHECK", 0.005)
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT", 0.0)
    pool = Answers(None)
    play(scene, pool)


# --- requests behind one another


@pytest.mark.parametrize("requests", [GET + STREAMED, STREAMED + GET, STREAMED + STREAMED])
def test_a_request_waits_for_the_answer_before_it_whichever_way_each_goes(requests: bytes):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(requests)
        await until(lambda: pool.asked == 1 and connection.pipeline)
        pool.calls[0].on_reply(whole(b"first"))
        assert (await reader.readuntil(b"first")).startswith(b"HTTP/1.1 200")
        await until(lambda: pool.asked == 2)
        pool.calls[1].on_reply(whole(b"second"))
        assert (await reader.readuntil(b"second")).startswith(b"HTTP/1.1 200")

    pool = Answers(None)
    play(scene, pool)


def test_while_requests_wait_behind_another_no_more_are_read():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(GET * 3)
        await until(lambda: len(connection.pipeline) == 2)
        for n, reads in ((0, False), (1, True), (2, True)):
            assert connection.transport.is_reading() == (not connection.pipeline)
            pool.calls[n].on_reply(whole(b"told"))
            await reader.readuntil(b"told")
            assert connection.transport.is_reading() == reads

    pool = Answers(None)
    play(scene, pool)
