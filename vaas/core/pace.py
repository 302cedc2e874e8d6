"""Pace: long work on an event loop in short pieces, between which all else that waits has its turn.

``async for item in paced(items)`` in place of ``for item in items``; ``await pace.rest()`` after each step of a longer
loop; ``await take_turn()`` before a piece of which many may be due at once. Of all work that is done so on one loop,
one piece is done a turn: the loop is never kept for longer by many. What cannot be done in pieces is done ``aside``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from time import perf_counter
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")
P = ParamSpec("P")

PIECE = 0.001
"""Seconds of work a turn: a tenth of what the loop may take for one, as a step may be long itself."""

FIRST = PIECE / 4
"""Of the first piece: it may not be the first work of its turn."""

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def _turn() -> asyncio.Lock:
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())


async def take_turn() -> None:
    """Returns in a turn of the loop in which no other piece of such work is done."""
    async with _turn():
        await asyncio.sleep(0)


class Pace:
    """Of one piece of work, from when it is made."""

    def __init__(self) -> None:
        self._until = perf_counter() + FIRST
        self._is_first = True

    async def rest(self) -> None:
        """Returns at once, or in a later turn if the piece is done; the first one is, if others have work under way."""
        if perf_counter() < self._until and not (self._is_first and _turn().locked()):
            return
        self._is_first = False
        await take_turn()
        self._until = perf_counter() + PIECE


async def paced(items: Iterable[T]) -> AsyncIterator[T]:
    """The items; between two of them other work may have been done."""
    pace = Pace()
    for item in items:
        yield item
        await pace.rest()


class Aside:
    """Computes in a thread, one thing at a time: of many threads that compute, the loop's would have its turn last."""

    def __init__(self) -> None:
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def __call__(self, work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        async with self._turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            return await asyncio.to_thread(work, *args, **more)


aside = Aside()
"""For what takes milliseconds; what may take longer has one of its own."""
