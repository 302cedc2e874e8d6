"""Requests on one connection: whose turn it is, and what an answer that fails means for those behind it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from msgspec import Raw

from tests.platform.gateway.served import GET, STREAMED, Answers, Served, answer_to, play, turn, until, whole
from vaas.core.errors import VaasError
from vaas.core.pool.errors import DeadlineExceeded, HandlerFailed, HostGone, HostOverLimit, QueueFull
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import HttpReply, encode

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


# --- requests behind one another


def test_a_thousand_pipelined_requests_are_a_thousand_answers():
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET /x HTTP/1.1\r\nhost: x\r\n\r\n" * 999)
        writer.write(b"GET /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        return await reader.read()

    assert answer_to(talk).count(b"HTTP/1.1 404") == 1000


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


@pytest.mark.parametrize("request_", [GET, STREAMED], ids=["fast", "asgi"])
@pytest.mark.parametrize(
    ("garbage", "status"),
    [
        (b"\0\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nx: " + 200_000 * b"x", b"431"),
        (b"POST /app/ HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nx\r\n", b"400"),
    ],
    ids=["no request", "no host", "no end", "no chunk"],
)
def test_what_is_not_understood_is_told_after_the_answers_before_it(request_: bytes, garbage: bytes, status: bytes):
    async def scene(served: Served) -> None:
        reader, _ = await served.connect()
        [connection] = served.connections
        connection.data_received(request_)
        for start in range(0, len(garbage), 30_000):
            connection.data_received(garbage[start : start + 30_000])
        await until(lambda: pool.asked == 1)
        pool.calls[0].on_reply(whole(b"told"))
        answers = await reader.read()
        first, _, last = answers.partition(b"told")
        assert first.startswith(b"HTTP/1.1 200")
        assert last.startswith(b"HTTP/1.1 " + status)
        assert answers.count(b"HTTP/1.1 ") == 2
        assert pool.asked == 1

    pool = Answers(None)
    play(scene, pool)


def test_a_client_that_asks_nonsense_and_goes_gives_up_the_call_before_it():
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        [connection] = served.connections
        writer.write(GET + b"\0")
        await until(lambda: pool.asked == 1 and connection.pipeline)
        writer.transport.abort()
        await until(lambda: not served.connections)
        assert pool.calls[0].gone

    pool = Answers(None)
    play(scene, pool)


def test_a_body_that_is_not_understood_is_its_own_request_s_answer():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(STREAMED[:-5])
        await until(lambda: pool.asked == 1)
        writer.write(b"no chunk\r\n")
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 400")
        assert answer.count(b"HTTP/1.1 ") == 1
        await until(lambda: pool.calls[0].gone)

    pool = Answers(None)
    play(scene, pool)
