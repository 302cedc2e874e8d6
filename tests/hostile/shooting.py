"""Shooting: one shot on one socket, bounded in time; a volley is its shots side by side. Next: ``responses.py``."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from time import monotonic

from tests.hostile.responses import Answers
from tests.hostile.vocabulary import Answer, Shot, Volley, World

READ = 64 * 1024
SMALL = 8 * 1024
"""Bytes of the kernel's buffer for who does not read."""
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no seconds: closing is a reset."""


async def fire(volley: Volley, world: World, source: str) -> list[Answer]:
    """The answers, in the shots' order. ``source`` is the address of this machine that the shots come from."""
    return list(await asyncio.gather(*(_fire(shot, world, source) for shot in volley)))


async def _fire(shot: Shot, world: World, source: str) -> Answer:
    await asyncio.sleep(shot.delay)
    began = monotonic()
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        connection.bind((source, 0))
        if not shot.reads:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        if shot.resets:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return await _exchange(connection, shot, getattr(world, shot.at), began)
    finally:
        connection.close()


async def _exchange(connection: socket.socket, shot: Shot, address: tuple[str, int], began: float) -> Answer:
    seen = _Seen(began)
    with contextlib.suppress(TimeoutError, OSError):
        async with asyncio.timeout(shot.stay):
            await asyncio.get_running_loop().sock_connect(connection, address)
            sending = asyncio.create_task(_send(connection, shot, seen))
            try:
                await (_read(connection, shot, seen) if shot.reads else _wait_for_the_end(shot, sending))
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
    return seen.answers.as_answer(closed=seen.closed, first=seen.first, sent=seen.sent)


class _Seen:
    def __init__(self, began: float) -> None:
        self.answers = Answers()
        self.began = began
        self.closed: float | None = None
        self.first: float | None = None
        self.sent = 0


async def _send(connection: socket.socket, shot: Shot, seen: _Seen) -> None:
    loop = asyncio.get_running_loop()
    with contextlib.suppress(OSError):  # the other end has closed: what it has said before is still to be read
        for number, piece in enumerate(shot.pieces):
            if number and shot.gap:
                await asyncio.sleep(shot.gap)
            for at in range(0, len(piece), READ):
                await loop.sock_sendall(connection, piece[at : at + READ])
                seen.sent += len(piece[at : at + READ])


async def _read(connection: socket.socket, shot: Shot, seen: _Seen) -> None:
    loop = asyncio.get_running_loop()
    while not shot.answers or seen.answers.complete < shot.answers:
        try:
            data = await loop.sock_recv(connection, READ)
        except ConnectionError:
            data = b""
        if not data:
            seen.closed = monotonic() - seen.began
            return
        seen.answers.feed(data)
        if seen.first is None and seen.answers.statuses:
            seen.first = monotonic() - seen.began


async def _wait_for_the_end(shot: Shot, sending: asyncio.Task[None]) -> None:
    await sending
    await asyncio.sleep(shot.stay)
