"""Handshakes that are not, or only half: each is answered or ended, and gives way to those who ask."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from msgspec import Raw
from msgspec.structs import replace

from tests.platform.gateway.served import GET, Answers, Served, answer_to, begin, play, until, whole
from tests.platform.gateway.test_websocket_protocol import HANDSHAKE, Chat, Worker, opened
from vaas.core.policy import Limits, Policy
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import WsReply, encode
from vaas.platform.gateway import connection as gateway_connection
from vaas.platform.gateway import websocket_protocol
from vaas.platform.node import servers

UPGRADE = b" /app/ HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
KEYS = b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
HALF = b"content-length: 3\r\n\r\na"


class Undecided(Answers):
    """Takes websockets, and neither accepts nor refuses them."""

    def submit(self, pending: PendingCall) -> None:
        self.calls.append(pending)


async def comes(served: Served) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """One for whom another may have to go."""
    served.clients.append(await asyncio.open_connection(*served.address))
    return served.clients[-1]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_connection, "CHECK", 0.02)
    monkeypatch.setattr(gateway_connection, "HEAD_TIMEOUT", 0.1)
    monkeypatch.setattr(servers, "KEEP_ALIVE", 0.2)


@pytest.mark.parametrize("method", [b"POST", b"GET", b"PUT"])
@pytest.mark.parametrize("keys", [KEYS, b""])
@pytest.mark.parametrize("rest", [HALF, b"transfer-encoding: chunked\r\n\r\n3\r\na"])
def test_a_handshake_with_half_a_body_is_a_request_that_is_answered_and_ends(
    hurried: None, method: bytes, keys: bytes, rest: bytes
):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(method + UPGRADE + keys + rest)
        return await reader.read()

    assert answer_to(talk).startswith((b"HTTP/1.1 404", b"HTTP/1.1 408"))


@pytest.mark.parametrize(
    "more",
    [
        b"".join(b"x-%d: y\r\n" % n for n in range(300)),
        b"cookie: " + b"x" * 20_000 + b"\r\n",
        b"x-name: \xe9\r\n",
    ],
    ids=["300 headers", "a cookie of 20 KB", "latin-1"],
)
def test_the_head_of_a_handshake_may_be_as_large_as_any_other(more: bytes):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(HANDSHAKE[:-2] + more + b"\r\n")
        assert b"101" in await reader.readline()

    pool = Chat()
    play(scene, pool)
    name, value = more.splitlines()[-1].split(b": ")
    assert (name, value) in pool.heads[0].headers


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET" + UPGRADE + b"\r\n", b"400"),
        (b"GET" + UPGRADE + KEYS + KEYS + b"\r\n", b"400"),
        (b"GET" + UPGRADE + b"connection: \x80,,;\r\n" + KEYS + b"\r\n", b"400"),
        (b"GET" + UPGRADE + KEYS.replace(b"13", b"12") + b"\r\n", b"400"),
        (HANDSHAKE.replace(b"/app/", b"/app/caf\xc3\xa9"), b"400"),
    ],
)
def test_a_handshake_that_is_not_one_is_refused_and_the_connection_closes(head: bytes, status: bytes):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(head)
        return await reader.read()

    assert answer_to(talk).split()[1] == status


def test_a_websocket_that_is_refused_is_no_error_in_the_node_s_log(caplog: pytest.LogCaptureFixture):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(HANDSHAKE)
        assert b"403" in await reader.read()

    play(scene, Answers(None))
    assert not caplog.records


def test_a_handshake_that_the_app_has_not_accepted_gives_way():
    async def scene(served: Served) -> None:
        waiting, writer = await served.connect()
        writer.write(HANDSHAKE)
        await until(lambda: pool.asked)
        _, writer = await comes(served)
        writer.write(GET)
        await until(lambda: pool.asked == 2)
        assert b"503" in await waiting.readline()
        await until(lambda: len(served.connections) == 1)

    pool = Undecided(None)
    play(scene, pool, most=1)


def test_a_handshake_on_a_kept_connection_does_not_repeat_the_request_before_it():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(GET)
        await until(lambda: pool.asked == 1)
        pool.calls[0].on_reply(whole(b"told"))
        await reader.readuntil(b"told")
        writer.write(HANDSHAKE)
        assert b"101" in await reader.readline()

    pool = Chat(http=True)
    play(scene, pool)
    assert [call.kind for call in pool.calls] == ["http", "ws"]


def test_a_handshake_before_the_request_in_front_of_it_is_answered_is_refused_in_its_turn():
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(GET + HANDSHAKE)
        await until(lambda: pool.asked == 1)
        pool.calls[0].on_reply(whole(b"told"))
        assert b"200" in await reader.readuntil(b"told")
        assert b"400" in await reader.read()

    pool = Chat(http=True)
    play(scene, pool)
    assert pool.asked == 1


@pytest.mark.parametrize("over", ["no pong", "farewell", "nonsense", "gives way"])
def test_one_that_is_over_and_takes_nothing_of_what_is_left_is_cut(monkeypatch: pytest.MonkeyPatch, over: str):
    async def scene(served: Served) -> None:
        _, writer = await opened(served)
        writer.transport.pause_reading()
        [websocket] = served.connections
        websocket.transport.write(b"x" * 16_000_000)
        assert websocket._cutting is None, "one that is open costs no timer"
        if over == "no pong":
            websocket.keepalive_timeout()
        elif over == "gives way":
            websocket.give_way()
        else:
            writer.write(b"\x88\x80\0\0\0\0" if over == "farewell" else b"\xff\xff")
        await until(lambda: not served.connections)

    monkeypatch.setattr(websocket_protocol, "LAST", 0.1)
    play(scene, Chat())


def test_a_silent_websocket_gives_way_once_it_is_idle_for_longer_than_its_app_allows():
    async def scene(served: Served) -> None:
        idle, _ = await opened(served)
        [websocket] = served.connections
        assert websocket.waiting_since is None
        await until(lambda: websocket.waiting_since)
        await comes(served)
        with suppress(ConnectionResetError):
            assert (await idle.readexactly(4))[2:] == (1013).to_bytes(2, "big")
            await idle.read()
        await until(lambda: len(served.connections) == 1)

    pool = Chat()
    pool.spec = replace(pool.spec, policy=Policy(limits=Limits(idle=0.05)))
    play(scene, pool, most=1)


def test_a_websocket_with_traffic_either_way_keeps_its_place():
    async def scene(served: Served) -> None:
        _, writer = await opened(served)
        [websocket] = served.connections
        await until(lambda: websocket.waiting_since)
        writer.write(b"\x82\x81\0\0\0\0x")
        await until(lambda: websocket.waiting_since is None)
        await until(lambda: websocket.waiting_since)
        await websocket.send({"type": "websocket.send", "bytes": b"x"})
        assert websocket.waiting_since is None
        await until(lambda: websocket.waiting_since)
        before = websocket.waiting_since
        writer.write(b"\x89\x80\0\0\0\0")  # a ping is no message
        writer.write(b"\x82\x81\0\0\0\0x")
        await until(lambda: websocket.waiting_since != before)

    pool = Chat()
    pool.spec = replace(pool.spec, policy=Policy(limits=Limits(idle=0.1)))
    play(scene, pool)


NO_TEXT = b"\x81\x82" + bytes(4) + b"\xff\xfe"
IMPOSSIBLE = (b"\x81\x04text", b"\x83\x80mask", b"\xff" * 500, b"\x89\xfe\x00\xc8mask" + bytes(200), NO_TEXT)
"""Unmasked, reserved, noise, a ping that is too long, text that is none."""


@pytest.mark.parametrize("behind", IMPOSSIBLE)
def test_a_frame_that_cannot_be_before_the_handshake_is_accepted_is_a_400(
    behind: bytes, caplog: pytest.LogCaptureFixture
):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(HANDSHAKE)
        await until(lambda: pool.asked)
        writer.write(behind)
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        await until(lambda: not served.connections)
        begin(pool.calls[0], Worker(Chat()))  # type: ignore[arg-type]
        pool.calls[0].on_reply(Reply(1, Raw(encode(WsReply(101))), b"", more=True))  # the app accepts too late
        await until(lambda: pool.calls[0].gone)

    pool = Undecided(None)
    play(scene, pool)
    assert not [record for record in caplog.records if record.exc_info]
