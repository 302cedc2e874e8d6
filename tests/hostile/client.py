"""A well-behaved client on one kept connection, for the users of the storm: requests, and a websocket's messages."""

from __future__ import annotations

import asyncio
from random import Random

from tests.hostile import frames, requests
from tests.hostile.responses import Answers
from tests.hostile.vocabulary import Address

READ = 64 * 1024


class Client:
    """Connects when first asked, and again when its connection is gone, as every client does."""

    def __init__(self, address: Address, source: str) -> None:
        self._address, self._source = address, source
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body; a kept connection that was closed meanwhile is replaced once. Raises ``OSError``."""
        if self._writer is not None:
            try:
                return await self._exchange(request)
            except _ClosedMeanwhile:
                self.close()
        await self._connect()
        return await self._exchange(request)

    async def upgrade(self, path: str) -> None:
        await self._connect()
        status, body = await self._exchange(requests.handshake(path))
        if status != 101:
            raise ConnectionError(f"{status} {body[:200]!r}")

    async def talk(self, random: Random, text: bytes) -> bytes:
        """Sends a message, and returns the next, short as it is; answers pings before it."""
        assert self._reader is not None
        assert self._writer is not None
        self._writer.write(frames.frame(random, frames.TEXT, text))
        while True:
            head = await self._reader.readexactly(2)
            data = await self._reader.readexactly(head[1] & 0x7F)
            if head[0] & 0x0F != frames.PING:
                return data
            self._writer.write(frames.frame(random, frames.PONG, data))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = self._reader = None

    async def _connect(self) -> None:
        opened = await asyncio.open_connection(*self._address, local_addr=(self._source, 0))
        self._reader, self._writer = opened

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        assert self._reader is not None
        assert self._writer is not None
        self._writer.write(request)
        answers = Answers()
        while not answers.complete:
            try:
                data = await self._reader.read(READ)
            except ConnectionError:
                data = b""
            if not data or answers.garbled:
                raise _ClosedMeanwhile(f"closed after {answers.size} bytes of an answer")
            answers.feed(data)
        return answers.statuses[-1], answers.bodies[-1]


class _ClosedMeanwhile(ConnectionError):
    """The connection was closed before its answer was complete."""
