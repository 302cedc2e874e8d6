"""ProgramStreams: the node's ends of a program's standard streams. Nothing is read faster than it is taken, or written
faster than the program reads. Part of ``program.py``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import termios
from collections.abc import AsyncIterator

CHUNK = 64 * 1024
"""Bytes read from a stream at once."""
AHEAD = 8
"""Chunks that wait at most to be taken: then the program waits."""


class ProgramStreams:
    def __init__(self) -> None:
        self._output: asyncio.Queue[tuple[str, bytes] | None] = asyncio.Queue(AHEAD)
        self._loop = asyncio.get_running_loop()
        self._stdin: int | None = None
        self._writable = asyncio.Event()
        self._pumping: asyncio.Task[None] | None = None

    async def open(self, stdin: int, outputs: dict[str, int]) -> None:
        """Owns these descriptors from now on."""
        readers = {name: await self._reader(fd) for name, fd in outputs.items()}
        self._pumping = self._loop.create_task(self._pump_all(readers))
        os.set_blocking(stdin, False)
        self._stdin = stdin

    async def _reader(self, descriptor: int) -> asyncio.StreamReader:
        reader = asyncio.StreamReader(CHUNK)
        pipe = os.fdopen(descriptor, "rb", 0)
        await self._loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        return reader

    async def _pump_all(self, readers: dict[str, asyncio.StreamReader]) -> None:
        await asyncio.gather(*(self._pump(name, reader) for name, reader in readers.items()))
        await self._output.put(None)

    async def _pump(self, name: str, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):  # EIO: no process has that terminal any more
            while data := await reader.read(CHUNK):
                await self._output.put((name, data))

    async def say(self, text: str) -> None:
        """Puts a line of ours among what it writes to its error stream."""
        await self._output.put(("stderr", f"vaas run: {text}\n".encode()))

    async def output(self) -> AsyncIterator[tuple[str, bytes]]:
        """``stdout`` or ``stderr`` and what was written there, as it comes, to the end of both."""
        while (part := await self._output.get()) is not None:
            yield part

    async def feed(self, data: bytes) -> None:
        """Writes to its standard input, and waits while it reads slowly; empty: that was all."""
        if not data:
            self.close_input()
        while data and self._stdin is not None:
            try:
                data = data[os.write(self._stdin, data) :]
            except BlockingIOError:
                await self._until_writable(self._stdin)
            except OSError:  # it reads no more
                return

    async def _until_writable(self, descriptor: int) -> None:
        """By hand: uvloop's transports read what they write to, to see it close, and a terminal has output there."""
        self._writable.clear()
        self._loop.add_writer(descriptor, self._writable.set)
        try:
            await self._writable.wait()
        finally:
            if self._stdin is not None:
                self._loop.remove_writer(descriptor)

    def close_input(self) -> None:
        """That was all; or the process has ended."""
        if self._stdin is not None:
            self._loop.remove_writer(self._stdin)
            os.close(self._stdin)
            self._stdin = None
            self._writable.set()

    def resize(self, rows: int, columns: int) -> None:
        """Only with a terminal."""
        if self._stdin is not None:
            termios.tcsetwinsize(self._stdin, (rows, columns))

    async def close(self) -> None:
        """When the process has ended."""
        self.close_input()
        if self._pumping is not None:
            self._pumping.cancel()
            await asyncio.gather(self._pumping, return_exceptions=True)
