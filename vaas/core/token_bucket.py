"""TokenBucket: a rate over time, with a burst. Pure: the clock is given, not read.

Used by ``core/pool/hosts/rate_limiter.py`` for lines of one host, and by ``platform/logs/log_store.py`` for the bytes
of one app."""

from __future__ import annotations


class TokenBucket:
    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        """Gains ``rate`` a second, holds at most ``burst``, and is full at first. ``now`` is in seconds."""
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = now

    def level(self, now: float) -> float:
        """What may be spent now; negative after more was charged than there was."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        return self._level

    def take(self, amount: float, now: float) -> bool:
        """Spends the amount if there is as much."""
        if self.level(now) < amount:
            return False
        self._level -= amount
        return True

    def charge(self, amount: float) -> None:
        """Spends the amount whether there is as much or not."""
        self._level -= amount
