"""What a websocket's client sends is read no faster than it is taken or answered, whichever frames they are."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Any

import pytest

from tests.platform.gateway.served import Served, play, turn, until
from tests.platform.gateway.test_handshakes import Undecided
from tests.platform.gateway.test_websocket_protocol import (
    BINARY,
    CLOSED,
    FRAGMENT,
    HANDSHAKE,
    TEXT_FRAGMENT,
    Chat,
    opened,
)
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.messages import MESSAGE, Data
from vaas.platform.gateway.websocket_protocol import GatewayWebSocket

MASK = bytes(4)
"""It leaves the data as they are."""
PING, PONG, CLOSE, TEXT = b"\x89", b"\x8a", b"\x88", b"\x81"
BOUND = 1024 * 1024
"""Bytes of one connection: two reads of 256 KB, one that is being answered, and what the transport buffers."""


def frame(first: bytes, data: bytes = b"") -> bytes:
    if len(data) < 126:
        return first + bytes([0x80 | len(data)]) + MASK + data
    return first + b"\xff" + struct.pack("!Q", len(data)) + MASK + data


class Taking(Chat):
    """Its workers take whatever they are sent, and note it."""

    def submit(self, pending: PendingCall) -> None:
        super().submit(pending)
        pending.link = Credit(self, pending)  # type: ignore[assignment]


class Credit:
    def __init__(self, chat: Taking, call: PendingCall) -> None:
        self._chat, self._call = chat, call

    def on_moved(self, call: PendingCall) -> None: ...
    def occupy(self, call: PendingCall) -> None: ...
    def cancel(self, call: PendingCall, reason: str) -> None:
        call.link = None

    def write(self, part: Data) -> None:
        if not part.end:
            self._chat.messages.append(part.data)
            asyncio.get_running_loop().call_soon(self._call.credited, len(part.data) + MESSAGE)


def kept(served: Served) -> int:
    """Bytes that the node has of all its clients, to be parsed, passed on or sent."""
    sockets: list[Any] = [one for one in served.connections if isinstance(one, GatewayWebSocket)]
    waiting = [message.get("bytes") or message.get("text") or b"" for one in sockets for message in one.queue._queue]
    buffers = sum(one.transport.get_write_buffer_size() + len(one._rest) for one in sockets)
    return buffers + sum(len(one.conn.reader.buffer) for one in sockets) + sum(map(len, waiting))


def turn_away(served: Served, reader: Any, writer: asyncio.StreamWriter) -> None:
    """The client reads nothing from now on; nor do the buffers of the kernel take much for it."""
    reader._transport.pause_reading()
    writer.transport.set_write_buffer_limits(high=0)
    [websocket] = served.connections
    websocket.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)


async def flood(served: Served, writer: asyncio.StreamWriter, data: bytes, most: int) -> int:
    """Sends this again and again until nothing of it is taken any more, or so many bytes have been, and sees to it that
    little of them is kept at any time. Returns how many."""
    sent = 0
    while sent < most:
        writer.write(data)
        try:
            async with asyncio.timeout(0.5):
                await writer.drain()
        except TimeoutError:
            break
        sent += len(data)
        await asyncio.sleep(0)
        assert kept(served) < BOUND
    return sent


@pytest.mark.parametrize("size", [60, 125])
def test_pings_of_a_client_that_reads_nothing_are_read_no_more(size: int):
    async def scene(served: Served) -> None:
        reader, writer = await opened(served)
        turn_away(served, reader, writer)
        await flood(served, writer, frame(PING, b"p" * size) * (65536 // (6 + size)), 16 * BOUND)
        [websocket] = served.connections
        assert not websocket.transport.is_reading()
        assert kept(served) < BOUND
        reader._transport.resume_reading()  # type: ignore[attr-defined]
        writer.write(frame(TEXT, b"still here"))
        reading = asyncio.create_task(reader.read())
        await until(lambda: chat.messages == [b"still here"])  # once it reads, it is read again
        reading.cancel()

    chat = Taking()
    play(scene, chat)


@pytest.mark.parametrize(
    "data",
    [
        frame(TEXT, b"x" * 1000) * 60,
        frame(BINARY, b"x" * 90_000),
        frame(TEXT) * 10_000,
        (frame(TEXT_FRAGMENT, b"x") + frame(FRAGMENT, b"y") * 50 + frame(b"\x80")) * 200,
        (frame(TEXT_FRAGMENT, b"x") + frame(PING, b"p" * 100) + frame(b"\x80", b"y")) * 500,
        frame(PONG, b"p" * 100) * 600,
    ],
    ids=["text", "binary", "empty", "fragments", "pings between fragments", "pongs"],
)
def test_of_any_frames_to_an_app_that_takes_nothing_little_is_kept(data: bytes):
    async def scene(served: Served) -> None:
        reader, writer = await opened(served)
        turn_away(served, reader, writer)
        await flood(served, writer, data, 8 * BOUND)

    play(scene, Chat())


def test_all_that_comes_in_one_read_arrives_in_order_and_the_farewell_last():
    async def scene(served: Served) -> None:
        reader, writer = await opened(served)
        writer.write(b"".join(frame(TEXT, b"%d" % n) + frame(PING, b"%d" % n) for n in range(3000)))
        writer.write(frame(CLOSE, struct.pack("!H", 1000)))
        answer = await reader.read()
        assert answer.count(b"\x8a") >= 3000
        assert answer[-4:-2] == CLOSED + b"\x02"
        await until(lambda: len(chat.messages) == 3000)
        assert chat.messages == [b"%d" % n for n in range(3000)]

    chat = Taking()
    play(scene, chat)


def test_thousands_of_pings_leave_others_their_turns():
    async def scene(served: Served) -> None:
        reader, _ = await opened(served)
        turns = 0

        def count() -> None:
            nonlocal turns
            turns += 1
            loop.call_soon(count)

        loop = asyncio.get_running_loop()
        [websocket] = served.connections
        loop.call_soon(count)
        websocket.data_received(frame(PING) * 40_000)
        await reader.readexactly(2 * 40_000)
        assert turns > 20

    play(scene, Chat())


def test_a_client_that_goes_while_its_frames_wait_leaves_nothing():
    async def scene(served: Served) -> None:
        _, writer = await opened(served)
        writer.write(frame(TEXT, b"x" * 1000) * 500)
        await turn()
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()
        for websocket in list(served.connections):
            websocket.transport.abort()
        await until(lambda: not served.connections)

    play(scene, Chat())


@pytest.mark.parametrize("early", [True, False], ids=["before it is accepted", "after"])
def test_text_that_is_none_is_refused_and_no_traceback(early: bool, caplog: pytest.LogCaptureFixture):
    async def scene(served: Served) -> None:
        if early:
            reader, writer = await served.connect()
            writer.write(HANDSHAKE + frame(TEXT, b"\xff"))
            assert (await reader.read()).startswith(b"HTTP/1.1 400")
        else:
            reader, writer = await opened(served)
            writer.write(frame(TEXT, b"\xff"))
            assert await reader.read() == CLOSED + b"\x02" + struct.pack("!H", 1007)

    play(scene, Undecided(None) if early else Chat())
    assert not [record for record in caplog.records if record.exc_info]
