"""RateLimiter: how fast the node takes what one host prints: a flood waits at its source, and costs the others nothing.

What waits too long is dropped: by the host itself, which counts it (``core/host/host_output.py``), or here, where
native code writes to its error stream. Used by ``output.py``; how much of it is kept, ``platform/logs/`` decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from vaas.core.token_bucket import TokenBucket

BURST = 2.0
"""Seconds of what a host may print that it may print at once."""
LONG = 1024
"""Bytes of a line that count as one more. A node could take some 50,000 lines a second if it did nothing else."""
PAUSE = 0.05
"""Seconds for which nothing is taken from a host that has spent what it may."""


class RateLimiter:
    def __init__(self, descriptor: int, rate: float, take: Callable[[], None]) -> None:
        """``take`` is called when there is something to read at ``descriptor``; ``rate`` is in lines a second."""
        self._descriptor = descriptor
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._bucket = TokenBucket(rate, BURST * rate, self._loop.time())
        self._timer: asyncio.TimerHandle | None = None
        self._open()

    def spend(self, lines: int) -> bool:
        """Whether so many may be taken. If not, there is a pause; ``charge`` takes what has come anyway."""
        if self._bucket.take(lines, self._loop.time()):
            return True
        self._pause()
        return False

    def charge(self, size: int) -> None:
        """So many bytes have come."""
        self._bucket.charge(size // LONG)

    def close(self) -> None:
        """Nothing more is taken."""
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._descriptor)

    def _pause(self) -> None:
        self._loop.remove_reader(self._descriptor)
        if self._timer is None:
            self._timer = self._loop.call_later(PAUSE, self._open)

    def _open(self) -> None:
        self._timer = None
        self._loop.add_reader(self._descriptor, self._take)
