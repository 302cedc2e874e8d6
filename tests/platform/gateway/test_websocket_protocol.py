"""Websockets whose clients do not end their messages: bounded for all of an app together, in bytes and in fragments."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

import pytest
from msgspec import Raw
from msgspec.structs import replace

from tests.platform.gateway.served import Answers, Served, begin, play, until
from vaas.core.policy import Limits, Policy
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.messages import Data, Reply
from vaas.framework.http.wire_heads import WsReply, encode
from vaas.platform.gateway import partly_received

HANDSHAKE = (
    b"GET /app/ HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
LIMIT = 100_000
"""Bytes of one message."""
MOST = 2 * LIMIT
CLOSED = b"\x88"
BINARY, TEXT_FRAGMENT, FRAGMENT = b"\x82", b"\x01", b"\x00"


class Chat(Answers):
    """Accepts every websocket, and notes what its workers are sent; with ``http``, the test answers requests."""

    def __init__(self, *, http: bool = False) -> None:
        super().__init__(None)
        self._http = http
        self.spec = replace(self.spec, policy=Policy(limits=Limits(message=LIMIT)))
        self.messages: list[bytes] = []

    def submit(self, pending: PendingCall) -> None:
        self.calls.append(pending)
        if self._http and pending.kind == "http":
            return
        begin(pending, Worker(self))  # type: ignore[arg-type]
        pending.on_reply(Reply(1, Raw(encode(WsReply(101))), b"", more=True))


class Worker:
    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def on_moved(self, call: PendingCall) -> None: ...
    def occupy(self, call: PendingCall) -> None: ...
    def cancel(self, call: PendingCall, reason: str) -> None:
        call.link = None

    def write(self, part: Data) -> None:
        if not part.end:
            self._chat.messages.append(part.data)


def frame(first: bytes, size: int) -> bytes:
    """The head of a masked frame, whose mask leaves the data as they are."""
    return first + b"\xff" + struct.pack("!Q", size) + bytes(4)


async def opened(served: Served) -> Any:
    reader, writer = await served.connect()
    writer.write(HANDSHAKE)
    assert b"101" in await reader.readline()
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


@pytest.fixture(autouse=True)
def _little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partly_received, "MOST", MOST)


def test_of_messages_that_do_not_end_the_oldest_gives_way_and_the_others_arrive():
    async def scene(served: Served) -> None:
        sockets = [await opened(served) for _ in range(3)]
        for _, writer in sockets:
            writer.write(frame(BINARY, LIMIT) + b"x" * (LIMIT - 10))
            await writer.drain()
            await asyncio.sleep(0)
        first, *others = sockets
        head = await first[0].readexactly(4)
        assert head[:1] == CLOSED
        assert struct.unpack("!H", head[2:]) == (1013,)
        await first[0].read()
        for _, writer in others:
            writer.write(b"y" * 10)
        await until(lambda: len(chat.messages) == 2)
        assert {len(message) for message in chat.messages} == {LIMIT}

    chat = Chat()
    play(scene, chat)


def test_a_message_in_a_great_many_fragments_counts_for_what_it_takes():
    async def scene(served: Served) -> None:
        idle_reader, idle = await opened(served)
        idle.write(frame(BINARY, LIMIT) + b"x")
        _, writer = await opened(served)
        await idle.drain()
        writer.write(frame(TEXT_FRAGMENT, 1) + b"x" + (frame(FRAGMENT, 1) + b"x") * 5000)
        assert (await idle_reader.readexactly(1)) == CLOSED  # it is older, and there is no room for both

    play(scene, Chat())


def test_a_client_that_leaves_in_the_middle_of_a_message_leaves_its_room():
    async def scene(served: Served) -> None:
        for _ in range(5):
            _, writer = await opened(served)
            writer.write(frame(BINARY, LIMIT) + b"x" * (LIMIT - 10))
            await writer.drain()
            writer.transport.abort()
        _, writer = await opened(served)
        writer.write(frame(BINARY, LIMIT) + b"x" * LIMIT)
        await until(lambda: chat.messages)

    chat = Chat()
    play(scene, chat)


def test_text_that_is_none_closes_its_websocket_and_is_no_error_of_the_node(caplog: pytest.LogCaptureFixture):
    async def scene(served: Served) -> None:
        reader, writer = await opened(served)
        writer.write(b"\x81\x82" + bytes(4) + b"\xff\xfe")
        assert await reader.read() == CLOSED + b"\x02" + struct.pack("!H", 1007)

    play(scene, Chat())
    assert not caplog.records
