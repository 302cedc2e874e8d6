"""Clients that leave while nothing of them is read are noticed all the same."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.platform.gateway.served import Answers, Served, begin, play, turn, until
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.messages import CHUNK
from vaas.platform.gateway.hang_ups import HangUps

SENT = 290_000
"""Bytes: more than is read at once, and what is left fits into the buffers of a socket, so that its end does too."""
UPLOAD = b"POST /app/ HTTP/1.1\r\nhost: x\r\ncontent-length: 5000000\r\n\r\n"


def leave(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def close(writer: asyncio.StreamWriter) -> None:
    writer.transport.get_extra_info("socket").shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("depart", [leave, close])
def test_a_client_whose_upload_waits_in_the_queue_is_missed_at_once(
    depart: Callable[[asyncio.StreamWriter], None],
):
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        [connection] = served.connections
        writer.write(UPLOAD + b"x" * SENT)
        await until(lambda: pool.calls and connection.flow.read_paused)
        assert not pool.calls[0].gone
        depart(writer)
        async with asyncio.timeout(0.9):  # sooner than a connection looks at its times
            await until(lambda: pool.calls[0].gone)
        await until(lambda: not served.connections)

    pool = Answers(None)
    play(scene, pool)


def test_a_call_that_has_begun_is_not_cut_for_a_client_that_has_sent_and_left():
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        [connection] = served.connections
        writer.write(UPLOAD + b"x" * SENT)
        await until(lambda: pool.calls and connection.flow.read_paused)
        link, call = Recorder(), pool.calls[0]
        begin(call, link)  # type: ignore[arg-type]
        call.credit = 0  # its worker has no room
        close(writer)
        for _ in range(10):
            await turn()
        assert not call.gone
        call.credited(CHUNK)
        await until(lambda: link.size)
        call.credited(SENT - 2 * CHUNK)
        await until(lambda: call.gone)

    pool = Answers(None)
    play(scene, pool)


class Recorder:
    """A link that counts what the worker is sent."""

    def __init__(self) -> None:
        self.size = 0

    def on_moved(self, call: PendingCall) -> None: ...
    def occupy(self, call: PendingCall) -> None: ...
    def cancel(self, call: PendingCall, reason: str) -> None:
        call.link = None

    def write(self, part: Any) -> None:
        self.size += len(part.data)


def test_a_socket_is_told_of_once_and_not_when_it_is_forgotten():
    async def scene() -> None:
        hang_ups, told = HangUps(), []
        pairs = [socket.socketpair() for _ in range(2)]
        callbacks = [lambda number=number: told.append(number) for number in range(2)]
        for (ours, _), callback in zip(pairs, callbacks, strict=True):
            hang_ups.watch(ours.fileno(), callback)
        hang_ups.forget(pairs[0][0].fileno(), callbacks[0])
        for _, theirs in pairs:
            theirs.close()
        await until(lambda: told)
        for _ in range(3):
            await turn()
        assert told == [1]
        hang_ups.watch(pairs[1][0].fileno(), lambda: told.append(2))
        await until(lambda: told == [1, 2])
        hang_ups.close()
        for ours, _ in pairs:
            ours.close()

    asyncio.run(scene())


def test_a_descriptor_that_is_another_s_meanwhile_is_watched_for_that_one():
    async def scene() -> None:
        hang_ups, told = HangUps(), []
        first, second = (lambda: told.append(1)), (lambda: told.append(2))
        ours, theirs = socket.socketpair()
        hang_ups.watch(fd := ours.fileno(), first)
        ours.close()  # before anybody says so, as uvloop does
        theirs.close()
        ours, theirs = socket.socketpair()
        assert ours.fileno() == fd
        hang_ups.watch(fd, second)
        hang_ups.forget(fd, first)
        theirs.close()
        await until(lambda: told)
        assert told == [2]
        ours.close()
        hang_ups.forget(fd, second)
        hang_ups.close()

    asyncio.run(scene())
