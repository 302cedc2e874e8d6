"""OnceAMinute: what is said in a loop is said once a minute. Pure: the clock is given, not read.

Used for what a network refuses: by the host itself (``core/host/refused_network.py``), by its broker
(``core/broker/broker.py``), and for all hosts of a release together by ``core/pool/pool.py``."""

from __future__ import annotations

AGAIN = 60.0
"""Seconds until the same is said again."""


class OnceAMinute:
    def __init__(self, most: int) -> None:
        """``most``: texts that are remembered; beyond, none is said: an app may bring about any number."""
        self._most = most
        self._said: dict[str, float] = {}
        """When, the oldest first."""

    def admits(self, text: str, now: float) -> bool:
        """``now`` in seconds."""
        if text in self._said and now - self._said[text] < AGAIN:
            return False
        while self._said and now - next(iter(self._said.values())) >= AGAIN:
            del self._said[next(iter(self._said))]
        if len(self._said) >= self._most:
            return False
        self._said[text] = now
        return True
