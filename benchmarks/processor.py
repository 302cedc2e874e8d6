"""Processor time per request: what each process of a contender has used for its answers, user and system.

It varies far less from day to day than requests a second, which depend on what else the machine does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from benchmarks.processes import cpu_times

Parts = Mapping[str, Callable[[], list[int]]]
"""By part (``gateway``, ``host``, ``server``): its process ids."""


class Spent(NamedTuple):
    """Microseconds a request."""

    user: float
    system: float

    @property
    def both(self) -> float:
        return self.user + self.system


class Meter:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._before: dict[tuple[str, int], tuple[float, float]] = {}

    def start(self) -> None:
        self._before = self._used()

    def per_request(self, requests: float) -> dict[str, Spent]:
        """Since ``start``, by part; a process that has come since counts from its beginning."""
        spent = {part: [0.0, 0.0] for part in self._parts}
        for (part, pid), (user, system) in self._used().items():
            user_before, system_before = self._before.get((part, pid), (0.0, 0.0))
            spent[part][0] += user - user_before
            spent[part][1] += system - system_before
        share = 1e6 / max(1.0, requests)
        return {part: Spent(user * share, system * share) for part, (user, system) in spent.items()}

    def _used(self) -> dict[tuple[str, int], tuple[float, float]]:
        return {(part, pid): cpu_times(pid) for part, pids in self._parts.items() for pid in pids()}
