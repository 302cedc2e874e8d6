"""StartBackoff: when the next host may be started, after starts that failed and hosts that crashed. Kept by
``host_set.py``."""

from __future__ import annotations

import asyncio
from collections import deque

from vaas.core.pool.decide import CRASH_WAIT, CRASHES, backoff, is_crash_loop
from vaas.core.pool.errors import HostBroken, HostGone

StartFailure = HostBroken | HostGone


class StartBackoff:
    def __init__(self) -> None:
        self.last_error: StartFailure | None = None
        self._loop = asyncio.get_running_loop()
        self._failures = 0
        self._crashes: deque[float] = deque(maxlen=CRASHES)
        self._not_before = 0.0

    @property
    def pause(self) -> float:
        """Seconds until a start may be tried again; 0 or less: now."""
        return self._not_before - self._loop.time()

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self, error: StartFailure) -> None:
        """The next one waits if it happens again and again."""
        self._failures += 1
        self._hold_back(error, backoff(self._failures))

    def crashed(self, error: HostGone) -> bool:
        """A host that had served has ended by itself. Whether it is a loop, so that the next one waits."""
        self.ended()
        loop = is_crash_loop(self._crashes)
        if loop:
            self._hold_back(error, CRASH_WAIT)
        return loop

    def ended(self) -> None:
        self._crashes.append(self._loop.time())

    def _hold_back(self, error: StartFailure, seconds: float) -> None:
        self.last_error = error
        self._not_before = self._loop.time() + seconds
