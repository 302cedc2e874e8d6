"""An event loop whose clock is the test's: what is due in a minute is due when the test says so."""

from __future__ import annotations

import asyncio

NOW = 1000.0
"""When it begins, in seconds."""


class Clock(asyncio.SelectorEventLoop):
    now = NOW

    def time(self) -> float:
        return self.now


async def turns() -> None:
    """So many that all that is ready has run."""
    for _ in range(10):
        await asyncio.sleep(0)


async def passes(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Clock)
    loop.now += seconds
    await turns()
