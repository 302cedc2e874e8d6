"""StartBackoff: when the next host may be started, after starts that failed and hosts that crashed. No clock of its
own: each ``now`` is the event loop's. Part of ``supervisor.py``."""

from __future__ import annotations

from collections import deque

from vaas.core.pool.errors import HostGone
from vaas.core.pool.hosts.actions import StartFailure

MAX_BACKOFF = 30.0
"""Seconds between two attempts to start an app that keeps failing, at most."""
CRASHES = 10
"""So many crashes within ``CRASH_SPAN`` are a loop, and the next start waits."""
CRASH_SPAN = 10.0
"""Seconds."""
CRASH_WAIT = 3.0
"""Seconds that the next start waits then."""


def backoff(failures: int) -> float:
    """Seconds to wait after that many failed starts in a row: none after the first, then 1, 2, 4 … ``MAX_BACKOFF``."""
    return 0.0 if failures <= 1 else min(MAX_BACKOFF, 2.0 ** (failures - 2))


class StartBackoff:
    def __init__(self) -> None:
        self.last_error: StartFailure | None = None
        self._failures = 0
        self._crashes: deque[float] = deque(maxlen=CRASHES)
        self._not_before = 0.0

    def pause(self, now: float) -> float:
        """Seconds until a start may be tried again; 0 or less: now."""
        return self._not_before - now

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self, error: StartFailure, now: float) -> None:
        """The next one waits if it happens again and again."""
        self._failures += 1
        self._hold_back(error, now + backoff(self._failures))

    def crashed(self, error: HostGone, now: float) -> bool:
        """A host that had served has ended by itself. Whether it is a loop, so that the next one waits."""
        self.ended(now)
        loop = len(self._crashes) == CRASHES and now - self._crashes[0] <= CRASH_SPAN
        if loop:
            self._hold_back(error, now + CRASH_WAIT)
        return loop

    def ended(self, now: float) -> None:
        """A host has ended unasked."""
        self._crashes.append(now)

    def _hold_back(self, error: StartFailure, not_before: float) -> None:
        self.last_error = error
        self._not_before = not_before
