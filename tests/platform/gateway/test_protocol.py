"""What the parser finds: which head an app sees, which way a request goes, and what is too large."""

from __future__ import annotations

import asyncio
import gc
import weakref
from contextlib import suppress

import pytest
from msgspec import Raw
from msgspec.structs import replace

from tests.platform.gateway.served import GET, STREAMED, Answers, Served, answer_to, play, turn, until, whole
from vaas.core.policy import Limits, Policy
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import HttpReply, encode
from vaas.platform.gateway import connection as gateway_connection
from vaas.platform.gateway.fast_path import FastRequest
from vaas.platform.gateway.protocol import INLINE_BODY
from vaas.platform.gateway.refused_input import MAX_HEAD
from vaas.platform.gateway.streams import StreamedCall


def test_a_request_of_http_1_0_is_answered_and_closed():
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET /x HTTP/1.0\r\n\r\n")
        return await reader.read()

    answer = answer_to(talk)
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"connection: close" in answer


def test_a_connection_that_becomes_a_websocket_has_no_more_times_to_keep(monkeypatch: pytest.MonkeyPatch):
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

    monkeypatch.setattr(gateway_connection, "CHECK", 0.02)
    pool = Answers(None)
    play(scene, pool)


@pytest.mark.parametrize("expect", [b"100-continue", b"100-Continue"])
@pytest.mark.parametrize("size", [3, 100_000])
def test_a_client_that_waits_to_be_told_to_go_on_is_told_when_the_app_asks_for_the_body(expect: bytes, size: int):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(b"POST /app/ HTTP/1.1\r\nhost: x\r\nexpect: %b\r\ncontent-length: %d\r\n\r\n" % (expect, size))
        await until(lambda: pool.calls)
        told = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
        await turn(0.05)  # nothing is said unasked: that is the claim
        assert not told.done()
        pool.calls[0].credited(0)
        assert await told == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"x" * size)
        pool.calls[0].on_reply(whole(b"told"))
        assert (await reader.readuntil(b"told")).startswith(b"HTTP/1.1 200")

    pool = Answers(None)
    play(scene, pool)


def test_an_app_that_refuses_without_asking_for_the_body_saves_its_client_the_upload():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(b"POST /app/ HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 50000\r\n\r\n")
        await until(lambda: pool.calls)
        pool.calls[0].on_reply(Reply(1, Raw(encode(HttpReply(401, []))), b"told"))
        assert (await reader.readuntil(b"told")).startswith(b"HTTP/1.1 401")

    pool = Answers(None)
    play(scene, pool)


def test_a_small_body_that_is_too_large_is_refused_from_its_head_and_the_connection_lingers():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(b"POST /app/ HTTP/1.1\r\nhost: x\r\ncontent-length: 50000\r\n\r\n")
        head = await reader.readuntil(b"}\n")
        assert head.startswith(b"HTTP/1.1 413")
        assert b"connection: close" in head
        writer.write(b"x" * 50_000)
        assert await reader.read() == b""  # and no reset
        assert not pool.calls

    pool = Answers(b"x")
    pool.spec = replace(pool.spec, policy=Policy(limits=Limits(body=1000)))
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
@pytest.mark.parametrize("size", [MAX_HEAD, 3 * MAX_HEAD])
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


@pytest.mark.parametrize(
    ("special", "body"), [(b"", b""), (b"transfer-encoding: chunked\r\n", b"0\r\n\r\n")], ids=["fast", "asgi"]
)
def test_a_head_may_have_64_kib_and_no_byte_more(special: bytes, body: bytes):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        taken = len(b"/app/" + b"host" + b"x" + b"x-large" + special.strip().replace(b": ", b""))
        large = b"x" * (64 * 1024 - taken)
        writer.write(GET[:-2] + special + b"x-large: %b\r\n\r\n" % large + body)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.write(GET[:-2] + special + b"x-large: %bx\r\n\r\n" % large + body)
        await reader.readuntil(b"HTTP/1.1 431")

    play(scene, Answers(b"x"))


@pytest.mark.parametrize("request_", [GET, STREAMED], ids=["fast", "asgi"])
@pytest.mark.parametrize(
    ("connection", "left"),
    [
        (b"close", [b"x-a", b"x-b"]),
        (b"keep-alive, X-A", [b"x-b"]),
        (b"x-a,x-b", []),
        (b"x-a\r\nconnection: X-B , close", []),
        (b",, x-c", [b"x-a", b"x-b"]),
        (b"host, content-length, x-a", [b"x-b"]),
    ],
)
def test_headers_that_connection_names_reach_no_app(request_: bytes, connection: bytes, left: list[bytes]):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        said = b"host: x\r\nX-A: 1\r\nx-b: 2\r\nconnection: %b\r\n" % connection
        writer.write(request_.replace(b"host: x\r\n", said))
        await reader.readline()
        [seen] = pool.heads
        assert [name for name, _ in seen.headers if name.startswith(b"x-")] == left
        assert (b"host", b"x") in seen.headers

    pool = Answers(b"x")
    play(scene, pool)


def test_what_connection_named_is_forgotten_by_the_next_request():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        for said in (b"connection: x-a\r\n", b""):
            writer.write(GET[:-2] + b"x-a: 1\r\n" + said + b"\r\n")
            await reader.readuntil(b"told")
        assert [(b"x-a", b"1") in head.headers for head in pool.heads] == [False, True]

    pool = Answers(b"told")
    play(scene, pool)


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
        for size in (INLINE_BODY, INLINE_BODY + 1):
            writer.write(b"POST /app/ HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % size + b"b" * size)
        await until(lambda: pool.asked == 1)
        pool.calls[0].on_reply(whole(b"x"))
        await until(lambda: pool.asked == 2)
        small, large = pool.calls
        assert (len(small.body), type(small), type(large)) == (INLINE_BODY, FastRequest, StreamedCall)
        large.on_reply(whole(b"x"))

    pool = Answers(None)
    play(scene, pool)


def test_a_connection_of_http_1_0_is_closed_even_if_its_client_would_keep_it():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(b"GET /app/ HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
        assert b"connection: close" in await reader.read()

    play(scene, Answers(b"told"))


def test_heads_that_come_in_parts_are_bounded_each_for_itself():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        for _ in range(2 * MAX_HEAD // LARGE + 2):
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
        connection.data_received(b"x" * (MAX_HEAD - len(begun)) + more)
        connection.data_received(b"\r\n\r\n")
        assert (await reader.readline()).split()[1] == status

    play(scene, Answers(b"x"))


def test_blank_lines_before_a_request_are_no_head():
    async def scene(served: Served) -> None:
        reader, _ = await served.connect()
        [connection] = served.connections
        for _ in range(3):
            connection.data_received(b"\r\n" * MAX_HEAD)
        connection.data_received(GET)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")

    play(scene, Answers(b"x"))


@pytest.mark.parametrize(("more", "status"), [(0, b"400"), (1, b"431")])
def test_what_is_not_http_within_a_head_is_a_problem_of_its_size_only_beyond_the_limit(more: int, status: bytes):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        size = MAX_HEAD - len("/app/" + "host" + "x" + "x-large") + more
        writer.write(
            GET[:-2]
            + b"x-large: %b\r\nx: the parser tells of one when it has the next\r\nbad header\r\n\r\n" % (b"x" * size)
        )
        assert (await reader.readline()).split()[1] == status

    play(scene, Answers(b"x"))
