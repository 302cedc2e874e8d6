"""What a client sends is read alike on gateway and console: one request a turn, in bounds, and none lost or made up."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.platform.gateway.listeners import LAST, On, on_console, on_gateway, said
from tests.platform.gateway.served import GET, Answers, Served, play, turn, until, whole
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.platform.gateway.framing import AHEAD

BOTH = pytest.mark.parametrize("on", [on_gateway, on_console], ids=["gateway", "console"])
KEYS = b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


def chunked(body: bytes, size: int) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


# --- other protocols than websockets


@BOTH
@pytest.mark.parametrize(
    "upgrade",
    [
        b"connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n",
        b"connection: keep-alive, Upgrade\r\nupgrade: TLS/1.0, HTTP/1.1\r\n",
        b"connection: upgrade\r\nupgrade: websocket, h2c\r\n" + KEYS,
        b"connection: upgrade\r\nupgrade: h2c\r\nupgrade: websocket\r\n" + KEYS,
        b"connection: upgrade\r\nupgrade: websocket2\r\n" + KEYS,
        b"upgrade: h2c\r\nConnection: close, x\r\nconnection: upgrade\r\n",
        b"upgrade: h2c\r\n",
        b"connection: upgrade\r\n",
        b"connection: upgrade\r\nupgrade: \r\n",
        b"connection: upgrade\r\nupgrade: websocket\r\n" + KEYS,  # whose handshake is a GET without a body
    ],
)
@pytest.mark.parametrize("method", [b"POST", b"PUT", b"GET"])
@pytest.mark.parametrize("large", [b"", b"x-large: " + b"x" * 2000 + b"\r\n"], ids=["small", "large"])
def test_a_protocol_that_is_not_spoken_costs_no_body_and_no_request(
    on: On, upgrade: bytes, method: bytes, large: bytes
):
    head = method + b" /app/up HTTP/1.1\r\nhost: x\r\n" + upgrade + large
    for body in (b"content-length: 3\r\n\r\nabc", b"transfer-encoding: chunked\r\n\r\n" + chunked(b"abc", 2)):
        closes = b"close" in upgrade
        statuses, got = said(on, head + body + (b"" if closes else head + body + LAST))
        assert statuses == ([200] if closes else [200, 200, 200])
        assert [(one.method, one.path, one.body) for one in got[:2]] == [(method.decode(), "/up", b"abc")] * len(
            got[:2]
        )


@BOTH
@given(data=st.data())
@settings(max_examples=15)
def test_however_it_is_cut_a_request_for_another_protocol_is_the_same(on: On, data: st.DataObject):
    head = b"POST /app/up HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\ncontent-length: 3\r\n\r\nabc"
    text = head + head + LAST
    cuts = sorted(data.draw(st.lists(st.integers(1, len(text) - 1), max_size=4)))
    statuses, got = said(on, *(text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)))
    assert statuses == [200, 200, 200]
    assert [one.body for one in got] == [b"abc", b"abc", b""]


def test_a_websocket_of_http_1_0_is_an_ordinary_request():
    asked = b"GET /app/ws HTTP/1.0\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n" + KEYS + b"\r\n"
    assert said(on_gateway, asked)[0] == [200]


@pytest.mark.parametrize("keys", [b"", b"sec-websocket-version: 13\r\n", KEYS.split(b"\r\n")[1] + b"\r\n", KEYS[:24]])
def test_a_handshake_that_lacks_its_key_or_version_is_refused(keys: bytes):
    asked = GET.replace(b"host", b"connection: upgrade\r\nupgrade: websocket\r\n" + keys + b"host")
    statuses, got = said(on_gateway, asked)
    assert statuses in ([400], [426])
    assert not got


# --- what is refused


@BOTH
@pytest.mark.parametrize(
    "version",
    [b"HTTP/0.9", b"HTTP/1.2", b"HTTP/1.9", b"HTTP/2.0", b"HTTP/2", b"HTTP/3", b"HTTP/9.9", b"HTTP/x.1", b"HTTP/1.x"],
)
@pytest.mark.parametrize("more", [b"", b"connection: upgrade\r\nupgrade: h2c\r\n", b"transfer-encoding: chunked\r\n"])
def test_another_version_than_1_0_and_1_1_is_505(on: On, version: bytes, more: bytes):
    statuses, got = said(on, b"GET /app/ " + version + b"\r\nhost: x\r\n" + more + b"\r\n")
    assert (statuses, got) == ([505], [])


@BOTH
@pytest.mark.parametrize(
    "asked", [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /app/\r\n\r\n"], ids=["HTTP/2", "HTTP/0.9"]
)
def test_the_preface_of_http_2_and_a_request_without_a_version_are_505(on: On, asked: bytes):
    assert said(on, asked) == ([505], [])


@BOTH
@pytest.mark.parametrize(
    "hosts",
    [b"", b"host: a\r\nhost: b\r\n", b"host: a\r\nHOST: a\r\n", b"host:\r\n", b"host: a b\r\n", b"host: a/b\r\n"],
)
@pytest.mark.parametrize("more", [b"", b"connection: upgrade\r\nupgrade: h2c\r\n", b"transfer-encoding: chunked\r\n"])
def test_no_host_two_or_an_impossible_one_is_400(on: On, hosts: bytes, more: bytes):
    assert said(on, b"GET /app/ HTTP/1.1\r\n" + hosts + more + b"\r\n") == ([400], [])


@BOTH
def test_http_1_0_needs_no_host_but_not_two(on: On):
    assert said(on, b"GET /app/ HTTP/1.0\r\n\r\n")[0] == [200]
    assert said(on, b"GET /app/ HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n")[0] == [400]


@BOTH
@pytest.mark.parametrize("target", [b"x:443", b"/app/", b"http://x/app/"])
def test_connect_is_501_and_what_follows_is_not_read(on: On, target: bytes):
    statuses, got = said(on, b"CONNECT " + target + b" HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc" + LAST)
    assert (statuses, got) == ([501], [])


HANDSHAKE = b"connection: upgrade\r\nupgrade: websocket\r\n" + KEYS
WAYS = pytest.mark.parametrize(
    "way",
    [
        b"",
        b"expect: x\r\n",
        b"expect: 100-continue\r\n",
        b"transfer-encoding: chunked\r\n",
        b"content-length: 100000\r\n",
        b"x-vaas-release: v1\r\n",
        b"connection: upgrade\r\nupgrade: h2c\r\n",
        HANDSHAKE,
    ],
    ids=["ordinary", "expect", "continue", "chunked", "large body", "release", "other", "websocket"],
)


@BOTH
@WAYS
@pytest.mark.parametrize(
    "large",
    [b"cookie: " + b"x" * 90_000 + b"\r\n", b"cookie: a=b\r\n" * 6000, b"a:\r\n" * 1001, b"a:\r\n" * 40_000],
    ids=["one line", "lines", "short lines", "a great many"],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_head_that_is_too_large_is_431_on_every_way(on: On, way: bytes, large: bytes, is_first: bool):
    lines = large + way if is_first else way + large
    statuses, got = said(on, b"GET /app/ HTTP/1.1\r\nhost: x\r\n" + lines + b"\r\n")
    assert (statuses, got) == ([431], [])


@BOTH
@WAYS
@pytest.mark.parametrize("host", [b" HTTP/1.1\r\nhost: x\r\n", b" HTTP/1.0\r\n"])
def test_a_target_that_is_too_large_is_431_on_every_way(on: On, way: bytes, host: bytes):
    statuses, got = said(on, b"GET /app/" + b"x" * 70_000 + host + way + b"\r\n")
    assert (statuses, got) == ([431], [])


CHUNKS = b"POST /app/ HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"


@BOTH
@pytest.mark.parametrize(
    "framing",
    [
        b"3;" + b"x" * 100_000 + b"\r\nabc\r\n0\r\n\r\n",
        b"3\r\nabc\r\n0;" + b"x" * 100_000 + b"\r\n\r\n",
        b"3\r\nabc\r\n0\r\nx: " + b"x" * 100_000 + b"\r\n\r\n",
        b"3\r\nabc\r\n0\r\n" + b"a:\r\n" * 25_000 + b"\r\n",
        (b"1;" + b"x" * 1000 + b"\r\na\r\n") * 100 + b"0\r\n\r\n",
    ],
    ids=["extension", "last extension", "trailer", "trailers", "extensions"],
)
def test_what_is_no_data_in_a_body_of_chunks_is_bounded(on: On, framing: bytes):
    statuses, got = said(on, CHUNKS + framing + LAST)
    assert (statuses, got) == ([431], [])


@BOTH
def test_a_trailer_is_no_header_and_not_of_the_next_request(on: On):
    trailers = b"cookie: a=b\r\nx-vaas-release: v9\r\nauthorization: Bearer x\r\nexpect: 100-continue\r\n"
    statuses, got = said(on, CHUNKS + b"3;x=y\r\nabc\r\n0\r\n" + trailers + b"\r\n" + LAST)
    assert statuses == [200, 200]
    assert [one.body for one in got] == [b"abc", b""]
    assert not {name for one in got for name in one.headers} & {b"cookie", b"authorization", b"expect"}


@BOTH
def test_a_body_in_chunks_of_a_byte_is_no_excess(on: On):
    statuses, got = said(on, CHUNKS + chunked(b"x" * 30_000, 1) + LAST)
    assert statuses == [200, 200]
    assert got[0].body == b"x" * 30_000


@BOTH
@given(
    body=st.lists(st.sampled_from([b"\r\n", b"\r\n\r\n", b"\n", b"x", b"0\r\n\r\n", GET]), max_size=300).map(b"".join),
    size=st.integers(1, 5000),
    data=st.data(),
)
@settings(max_examples=10)
def test_a_body_that_looks_like_the_ends_of_heads_arrives_as_it_was_sent(
    on: On, body: bytes, size: int, data: st.DataObject
):
    length = b"POST /app/ HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body)
    for text in (CHUNKS + chunked(body, size), length + body):
        text = text * 2 + LAST
        cuts = sorted(data.draw(st.lists(st.integers(1, len(text) - 1), max_size=3)))
        statuses, got = said(on, *(text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)))
        assert statuses == [200, 200, 200]
        assert [one.body for one in got] == [body, body, b""]


def test_a_body_that_goes_wrong_once_its_answer_has_begun_ends_the_connection_without_another_answer():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(CHUNKS)
        await until(lambda: pool.asked == 1)
        pool.calls[0].on_reply(whole(b"told"))
        answer = await reader.readuntil(b"told")
        writer.write(b"no chunk\r\n")
        answer += await reader.read()
        assert answer.count(b"HTTP/1.1 ") == 1
        await until(lambda: not served.connections)

    pool = Answers(None)
    play(scene, pool)


# --- turns


class Turns(Answers):
    """Notes in which turn of the event loop each request came."""

    def __init__(self) -> None:
        super().__init__(b"told")
        self.turns: list[int] = []
        self._turn = 0

    def submit(self, pending: PendingCall) -> None:
        self.turns.append(self._turn)
        super().submit(pending)

    def count(self) -> None:
        self._turn += 1
        asyncio.get_running_loop().call_soon(self.count)


LARGE_GET = GET.replace(b"host", b"x-large: " + b"x" * 900 + b"\r\nhost")


@pytest.mark.parametrize("request_", [GET, LARGE_GET], ids=["small", "large"])
def test_between_pipelined_requests_everybody_else_has_a_turn(request_: bytes):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        pool.count()
        writer.write(request_ * 200)
        for _ in range(200):
            await reader.readuntil(b"told")
        assert max(pool.turns.count(turn) for turn in pool.turns) == 1

    pool = Turns()
    play(scene, pool)


THOUSANDS = b"".join(b"GET /app/%d HTTP/1.1\r\nhost: x\r\n\r\n" % n for n in range(3000)) + LAST


def test_thousands_of_pipelined_requests_are_answered_each_and_in_order():
    statuses, got = said(on_gateway, THOUSANDS)
    assert statuses == [200] * 3001
    assert [one.path for one in got] == [f"/{n}" for n in range(3000)] + ["/last"]


def test_the_console_cuts_a_client_that_pipelines_thousands():
    statuses, got = said(on_console, THOUSANDS)
    assert len(statuses) < 3000
    assert "/last" not in [one.path for one in got]


def test_no_more_requests_are_read_ahead_than_a_few():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        [connection] = served.connections
        writer.write(LARGE_GET * 100)
        await until(lambda: len(connection.pipeline) >= AHEAD)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(connection.pipeline) == AHEAD
        assert not connection.transport.is_reading()
        for n in range(100):
            await until(lambda n=n: pool.asked == n + 1)
            pool.calls[n].on_reply(whole(b"told"))
            await reader.readuntil(b"told")
        assert connection.transport.is_reading()

    pool = Answers(None)
    play(scene, pool)


def test_a_client_that_goes_while_what_it_sent_is_not_read_leaves_nothing():
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(LARGE_GET * 100)
        await until(lambda: pool.asked)
        writer.transport.abort()
        await turn()
        answered = 0
        while served.connections:
            if answered < pool.asked:
                pool.calls[answered].on_reply(whole(b"told"))
                answered += 1
            await turn()
        assert pool.asked < 5

    pool = Answers(None)
    play(scene, pool)
