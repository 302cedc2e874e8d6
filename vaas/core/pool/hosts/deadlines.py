"""Deadlines: one look at the calls of a host at every tick: pings, calls whose deadline has passed, streams that stand
still. Then ``supervisor.py`` decides what follows. Asked by ``host_manager.py``."""

from __future__ import annotations

from typing import Protocol

from vaas.core.errors import VaasError
from vaas.core.policy import Limits
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.pool.hosts.host_process import HostProcess
from vaas.core.pool.hosts.states import USED


class Say(Protocol):
    """Writes to the app's log."""

    def __call__(self, error: VaasError, trace: str = "") -> None: ...


class Deadlines:
    def __init__(self, limits: Limits, say: Say) -> None:
        self._limits = limits
        self._say = say

    def look(self, host: HostProcess, now: float) -> None:
        if host.state in USED and host.in_flight:
            host.idle_since = now
            host.ask(now)
            for link in host.links:
                link.check(now)
        for link in host.links:
            self._expire_overdue(link, now)

    def _expire_overdue(self, link: LinkToWorker, now: float) -> None:
        for pending in link.overdue(now):
            link.expire(pending, self._limits.timeout)
        for pending in link.stalled_streams(now):
            self._cut(link, pending)

    def cut_streams(self, link: LinkToWorker) -> None:
        """Ends every answer of that worker that has begun."""
        for pending in link.streams:
            self._cut(link, pending)

    def _cut(self, link: LinkToWorker, pending: PendingCall) -> None:
        """The caller cannot be told why any more: the app's log is."""
        self._say(link.expire(pending, self._limits.timeout), pending.trace)
