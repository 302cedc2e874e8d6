"""How many hosts and workers a pool needs: pure decisions. Part of ``supervisor.py``."""

from __future__ import annotations

from collections.abc import Sequence

from vaas.core.pool.hosts.actions import StartHost, StartWorker
from vaas.core.pool.hosts.states import DYING, State
from vaas.core.pool.hosts.views import HostView

SURPLUS_IDLE = 10.0
"""Seconds that a host beyond the first may be unused."""


def grow(hosts: Sequence[HostView], workers_limit: int, hosts_limit: int) -> StartHost | StartWorker | None:
    """Asked when no worker has room: the one thing to start, or None if all that may run does, or one is starting.

    One at a time: fifty first requests at once start one host, and what that one takes need no second. A host that
    stalls does not count, so that another can stand in for it; at most ``hosts_limit`` do not. ``hosts``: those that
    are used, and those that end unasked: what follows from their end is not known yet.
    """
    healthy = [host for host in hosts if host.state is not State.STALLED]
    if any(host.starting or host.state in DYING for host in healthy):
        return None
    for host in healthy:
        if host.workers < workers_limit:
            return StartWorker(host)
    stalled = min(hosts_limit, len(hosts) - len(healthy))
    return StartHost() if len(hosts) - stalled < hosts_limit else None


def next_surplus(hosts: Sequence[HostView], idle: float) -> float:
    """Before that, ``surplus`` is empty if no call begins; infinite if there are no hosts."""
    patience = idle if len(hosts) == 1 else min(idle, SURPLUS_IDLE)
    return min((host.idle_since + patience for host in hosts), default=float("inf"))


def surplus(hosts: Sequence[HostView], now: float, idle: float) -> list[HostView]:
    """The hosts to let go, of those that are used: idle for ``idle`` seconds, or sooner where others remain."""
    patience = min(idle, SURPLUS_IDLE)
    let_go: list[HostView] = []
    for host in reversed(hosts):
        if host.in_flight or host.starting:
            continue
        alone = len(hosts) - len(let_go) == 1
        if now - host.idle_since >= (idle if alone else patience):
            let_go.append(host)
    return let_go
