"""History: what lies on disk of an app's log, filtered and read a piece at a time, whatever its length.

Each piece is read and decoded in a thread, in about a millisecond, and passed on as it lies there; so neither the event
loop nor the threads beside it are kept waiting, and a reader has one piece in memory. However many read, they take
turns, so that each turn of the loop has one piece to send. ``log_store.py`` begins it, after what it had in hand has
been written. Files: ``files.py``.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from vaas.core.undecodable import UNDECODABLE
from vaas.platform.logs.files import Line, Part, decode

PIECE = 128 * 1024
"""Bytes of a file that are read at once: a longest line fits in, and they are decoded in one or two milliseconds."""

Wanted = Callable[[Line], bool]


class Piece(NamedTuple):
    lines: list[tuple[int, bytes]]
    """Those that are wanted, each with where it begins."""
    end: int
    """Where the next piece begins."""


def read_piece(part: Part, start: int, wanted: Wanted) -> Piece:
    """From there up to the last whole line. Blocking. Nothing, and the end, if the file has made room meanwhile."""
    try:
        with part.path.open("rb") as file:
            file.seek(start)
            data = file.read(min(PIECE, part.size - start))
    except FileNotFoundError:
        return Piece([], part.size)
    if not data:
        return Piece([], part.size)
    end = start + len(data)
    if end < part.size:  # what has no line feed in so many bytes is no line of ours
        end = start + (data.rfind(b"\n") + 1 or len(data))
    return Piece(list(_wanted_among(data[: end - start], start, wanted)), end)


def _wanted_among(data: bytes, begin: int, wanted: Wanted) -> Iterator[tuple[int, bytes]]:
    for raw in data.split(b"\n"):
        with suppress(*UNDECODABLE):  # what a node that was killed has left of a line
            if wanted(decode(raw)):
                yield begin, raw
        begin += len(raw) + 1


async def read(
    turn: asyncio.Lock, parts: list[Part], wanted: Wanted, begin: float, limit: int | None
) -> AsyncIterator[list[bytes]]:
    """The newest ``limit`` lines that are wanted, oldest first, some at a time; None is no limit.

    ``turn``: of all who read; ``parts``: the newest first; what was last written before ``begin`` has none."""
    recent = [part for part in parts if part.written >= begin]
    starts = [(part, 0) for part in recent] if limit is None else await _newest(turn, recent, wanted, limit)
    for part, start in reversed(starts):
        async for piece in _pieces(turn, part, start, wanted):
            if piece.lines:
                yield [raw for _, raw in piece.lines]


async def _pieces(turn: asyncio.Lock, part: Part, start: int, wanted: Wanted) -> AsyncIterator[Piece]:
    while start < part.size:
        async with turn:
            piece = await asyncio.to_thread(read_piece, part, start, wanted)
        yield piece
        start = piece.end


async def _newest(turn: asyncio.Lock, parts: Iterable[Part], wanted: Wanted, limit: int) -> list[tuple[Part, int]]:
    """Where in each part, the newest first, the newest ``limit`` lines that are wanted begin."""
    starts: list[tuple[Part, int]] = []
    for part in parts:
        if limit == 0:
            break
        places = array("Q")  # a part of short lines has tens of thousands
        async for piece in _pieces(turn, part, 0, wanted):
            places.extend(place for place, _ in piece.lines)
        taken = min(limit, len(places))
        starts.append((part, places[-taken] if taken else part.size))
        limit -= taken
    return starts
