"""Deadlines: one look at the calls of a host: whose deadline has passed, who does not answer, what is stuck beyond
help.

What to do about whom is decided in ``core/pool/decide.py``. Asked by ``host_set.py`` at every tick.
"""

from __future__ import annotations

from typing import Protocol

from vaas.core.errors import VaasError
from vaas.core.policy import Limits
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.pool.decide import HOST_STALLED_AFTER, INTERRUPT_AFTER, WORKER_STALLED_AFTER, escalate
from vaas.core.pool.hosts.host_process import HostProcess

ANYTHING = 0
"""The call to interrupt where it is not known which one it is that keeps a worker busy."""


class Say(Protocol):
    """Writes to the app's log."""

    def __call__(self, error: VaasError, trace: str = "") -> None: ...


class Deadlines:
    def __init__(self, limits: Limits, say: Say) -> None:
        self._limits = limits
        self._say = say

    def keep_in_touch(self, host: HostProcess, now: float) -> bool:
        """Who does not answer gets no further calls: not the worker, and not the host if its interpreter hangs. Whether
        the host has just been found to hang."""
        host.ask(now)
        for link in host.ready:
            link.ask(now)
            link.stalled = link.heartbeat.silence(now) > WORKER_STALLED_AFTER
        if host.stalled or host.silence(now) <= HOST_STALLED_AFTER:
            return False
        host.stalled = True
        return True

    def expire_overdue(self, link: LinkToWorker, now: float) -> None:
        for pending in link.overdue(now):
            link.expire(pending, self._limits.timeout)
        for pending in link.stalled_streams(now):
            self.cut(link, pending)

    def cut(self, link: LinkToWorker, pending: PendingCall) -> None:
        """The caller cannot be told why any more: the app's log is."""
        self._say(link.expire(pending, self._limits.timeout), pending.trace)

    def is_stuck(self, host: HostProcess, link: LinkToWorker, now: float) -> bool:
        """Interrupts what does not react to its cancellation, or to anything for as long as a call may take, and says
        whether even that has not helped."""
        steps = {call_id: escalate(now - late.since, late.blocked) for call_id, late in link.late.items()}
        steps[ANYTHING] = escalate(link.heartbeat.silence(now) - self._limits.timeout + INTERRUPT_AFTER)
        for call_id, step in steps.items():
            if step == "interrupt":
                host.interrupt(link.index, call_id)
        return "replace" in steps.values()
