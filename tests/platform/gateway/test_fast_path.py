"""Answers as long as they say: what one app sends must not be read as another's answer on the same connection."""

from __future__ import annotations

from typing import cast

import pytest
from msgspec import Raw
from msgspec.structs import replace

from tests.platform.gateway.served import GET, Answers, Served, play, until
from vaas.core.policy import Limits, Policy
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import Data, Reply
from vaas.framework.http.wire_heads import HttpReply, encode
from vaas.platform.records.records import Traffic

FORGED = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged"
LAST = GET.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")


class Streams(Answers):
    """A pool whose first answer is a stream with this status, these headers and these parts; the next is ``second``."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], *parts: bytes) -> None:
        super().__init__(b"second")
        self._head, self._parts = Raw(encode(HttpReply(status, headers))), parts

    def submit(self, pending: PendingCall) -> None:
        if self.asked:
            super().submit(pending)
            return
        self.calls.append(pending)
        pending.on_reply(Reply(1, self._head, b"", more=True))
        for part in self._parts:
            pending.on_data(Data(1, part))
        pending.on_data(Data(1, b"", end=True))


def told(pool: Answers, first: bytes = GET) -> bytes:
    """All that a client reads who asks twice on one connection."""
    read = b""

    async def scene(served: Served) -> None:
        nonlocal read
        reader, writer = await served.connect()
        writer.write(first + LAST)
        try:
            while part := await reader.read(65536):
                read += part
        except ConnectionResetError:
            return

    play(scene, pool)
    return read


def test_a_stream_that_is_as_long_as_it_says_is_followed_by_the_next_answer():
    read = told(Streams(200, [(b"content-length", b"5")], b"he", b"llo"))
    assert read.count(b"HTTP/1.1 200") == 2
    assert b"\r\n\r\nhelloHTTP/1.1" in read
    assert read.endswith(b"second")


def test_a_stream_that_is_longer_than_it_says_ends_its_connection():
    read = told(Streams(200, [(b"content-length", b"5")], b"hello", FORGED))
    assert b"forged" not in read
    assert b"second" not in read


def test_a_stream_that_is_longer_than_it_says_is_given_up_at_once():
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(GET)
        await until(lambda: pool.asked == 1)
        pool.calls[0].on_reply(Reply(1, Raw(encode(HttpReply(200, [(b"content-length", b"5")]))), b"", more=True))
        pool.calls[0].on_data(Data(1, b"longer"))
        assert pool.calls[0].gone
        await until(lambda: not served.connections)

    pool = Answers(None)
    play(scene, pool)


def test_a_part_that_goes_beyond_the_length_is_not_sent_at_all():
    assert b"forged" not in told(Streams(200, [(b"content-length", b"5")], b"hello" + FORGED))


def test_a_stream_that_is_shorter_than_it_says_ends_its_connection():
    assert b"second" not in told(Streams(200, [(b"content-length", b"500")], b"hello"))


def test_a_stream_with_a_status_that_has_no_body_sends_none():
    read = told(Streams(204, [], FORGED))
    assert b"forged" not in read
    assert b"transfer-encoding" not in read
    assert read.endswith(b"second")


def test_a_stream_that_answers_head_may_say_the_length_of_what_is_not_sent():
    read = told(Streams(200, [(b"content-length", b"500")], b"hello"), GET.replace(b"GET", b"HEAD"))
    assert b"content-length: 500" in read
    assert b"hello" not in read
    assert read.endswith(b"second")


def test_a_length_beyond_all_measure_is_none():
    read = told(Streams(200, [(b"content-length", b"9" * 5000)], b"hello"))
    assert b"transfer-encoding: chunked" in read
    assert read.endswith(b"second")


def test_a_refusal_of_head_has_the_length_of_a_body_and_no_body():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(b"HEAD /nobody HTTP/1.1\r\nhost: x\r\n\r\n" + GET)
        refused = await reader.readuntil(b"\r\n\r\n")
        assert refused.startswith(b"HTTP/1.1 404")
        assert b"content-length: 0" not in refused
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")

    play(scene, Answers(b"x"))


def test_an_answer_that_is_no_http_is_502_and_its_worker_s_fault():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(GET)
        await until(lambda: pool.asked == 1)
        with pytest.raises(WireGarbage):
            pool.calls[0].on_reply(Reply(1, Raw(encode(HttpReply(200, [(b"bad name", b"")]))), b""))
        answer = await reader.readuntil(b"}")
        assert answer.startswith(b"HTTP/1.1 502")
        assert b"invalid-answer" in answer

    pool = Answers(None)
    play(scene, pool)


def test_a_stream_of_no_known_length_to_http_1_0_ends_with_its_connection():
    read = told(Streams(200, [], b"he", b"llo"), GET.replace(b"/1.1", b"/1.0"))
    assert b"transfer-encoding" not in read
    assert b"connection: close\r\n" in read
    assert read.endswith(b"\r\n\r\nhello")


def test_a_stream_with_a_request_of_http_1_0_behind_it_ends_as_it_says():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(GET + GET.replace(b"/1.1", b"/1.0"))
        await until(lambda: pool.asked == 1 and connection.pipeline)
        pool.calls[0].on_reply(Reply(1, Raw(encode(HttpReply(200, []))), b"first", more=True))
        pool.calls[0].on_data(Data(1, b"", end=True))
        read = await reader.read()
        assert read.endswith(b"first")
        assert pool.asked == 1

    pool = Answers(None)
    play(scene, pool)


class Credits:
    """A link that notes how much of a stream its worker is told was taken."""

    def __init__(self) -> None:
        self.given = 0

    def give_credit(self, call_id: int, size: int) -> None:
        self.given += size

    def cancel(self, call: PendingCall, reason: str) -> None: ...


def test_a_worker_is_credited_for_what_the_client_has_taken_and_no_sooner():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(GET)
        await until(lambda: pool.asked == 1)
        [call] = pool.calls
        call.link = cast(LinkToWorker, credits)
        call.on_reply(Reply(1, Raw(encode(HttpReply(200, []))), b"small", more=True))
        assert credits.given == 5
        call.on_data(Data(1, b"x" * LARGE))
        assert connection.flow.write_paused
        assert credits.given == 5
        await reader.readexactly(LARGE)
        await until(lambda: credits.given == 5 + LARGE)
        call.link = None

    LARGE = 16_000_000
    pool, credits = Answers(None), Credits()
    play(scene, pool)


def test_a_cookie_for_a_split_is_set_on_the_fast_path():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(GET)
        assert b"\r\nset-cookie: vaas-split=" in await reader.readuntil(b"\r\n\r\n")

    split = Traffic(app="app", mode="weights", weights={1: 1.0}, sticky="cookie")
    play(scene, Answers(b"x"), traffic=split)


def test_a_body_over_the_app_s_limit_is_413_and_one_at_it_is_not():
    async def scene(served: Served) -> None:
        for size, status in ((10, b"200"), (11, b"413")):
            reader, writer = await served.connect()
            writer.write(b"POST /app/ HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % size + b"b" * size)
            assert (await reader.readline()).split()[1] == status

    pool = Answers(b"x")
    pool.spec = replace(pool.spec, policy=Policy(limits=Limits(body=10)))
    play(scene, pool)
