"""What a host prints is taken as it comes, and no faster than its rate: a flood waits in its pipe."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from tests.core.pool.clock import Clock, passes, turns
from vaas.core.pool.hosts.rate_limiter import LONG, PAUSE, RateLimiter

RATE = 10.0
"""Lines a second; two seconds of it at once."""


class Printing:
    """A host that has printed something, and what is taken of it."""

    def __init__(self) -> None:
        self.here, self._there = socket.socketpair()
        self._there.send(b"hello\n")
        self.taken = 0
        self.limiter = RateLimiter(self.here.fileno(), RATE, self._take)

    def _take(self) -> None:
        self.taken += 1

    async def is_taken(self) -> bool:
        before = self.taken
        await turns()
        return self.taken > before

    def end(self) -> None:
        self.limiter.close()
        self.here.close()
        self._there.close()


def on_a_clock(test: Callable[[Printing], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    @wraps(test)
    def run() -> None:
        async def both() -> None:
            printing = Printing()
            try:
                await test(printing)
            finally:
                printing.end()

        with asyncio.Runner(loop_factory=Clock) as runner:
            runner.run(both())

    del run.__wrapped__  # or pytest takes its parameter for a fixture
    return run


@on_a_clock
async def test_what_is_printed_is_taken_as_it_comes(printing: Printing) -> None:
    assert await printing.is_taken()
    assert printing.limiter.spend(1)
    assert await printing.is_taken()


@on_a_clock
async def test_a_burst_is_two_seconds_of_the_rate_and_then_there_is_a_pause(printing: Printing) -> None:
    assert printing.limiter.spend(20)
    assert not printing.limiter.spend(1)
    assert not await printing.is_taken()
    await passes(PAUSE - 0.01)
    assert not await printing.is_taken()
    await passes(0.01)
    assert await printing.is_taken()


@on_a_clock
async def test_time_gives_back_what_may_be_taken(printing: Printing) -> None:
    assert printing.limiter.spend(20)
    await passes(0.5)
    assert printing.limiter.spend(5)
    assert not printing.limiter.spend(1)


@on_a_clock
async def test_one_pause_is_not_made_longer_by_another(printing: Printing) -> None:
    printing.limiter.spend(20)
    printing.limiter.spend(1)
    await passes(PAUSE - 0.01)
    printing.limiter.spend(1)
    await passes(0.01)
    assert await printing.is_taken()


@on_a_clock
async def test_a_long_line_costs_as_much_as_many(printing: Printing) -> None:
    printing.limiter.charge(LONG - 1)
    assert printing.limiter.spend(20)
    await passes(2.0)
    printing.limiter.charge(20 * LONG)
    assert not printing.limiter.spend(1)


@on_a_clock
async def test_nothing_is_taken_after_the_end_even_of_a_pause(printing: Printing) -> None:
    printing.limiter.spend(20)
    printing.limiter.spend(1)
    printing.limiter.close()
    await passes(2 * PAUSE)
    assert not await printing.is_taken()
