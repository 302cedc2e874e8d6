"""What a pool should do next, as pure functions of what it sees: state in, actions out, no await.

Kept apart from ``pool.py``, which performs it, so that "is there room?" and "add one" can never come apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

FILL = 8
"""Calls in flight that one worker takes before the next is used: measured best on two cores, see ARCHITECTURE."""
DEPTH = 4
"""Calls of quick plain ``def`` handlers that one worker takes when all are busy: half as many again a second as one
by one (``benchmarks/throughput.py``), at the price that a surprise holds up three."""
MAX_BACKOFF = 30.0
"""Seconds between two attempts to start an app that keeps failing, at most."""
SURPLUS_IDLE = 10.0
"""Seconds that a host beyond the first may be unused."""


class HostView(NamedTuple):
    """One host, as far as decisions need it."""

    workers: int
    """Started or starting."""
    starting: int
    in_flight: int
    idle_since: float
    """When its last call ended."""
    stalled: bool = False
    """Its interpreter does not answer: what it holds up needs somebody else."""


class Grow(NamedTuple):
    """Start a worker in the host at this index, or a new host if it is ``NEW``."""

    host: int


NEW = -1


def grow(hosts: Sequence[HostView], workers_limit: int, hosts_limit: int) -> Grow | None:
    """Asked when no worker has room: the one thing to start, or None if all that may run does, or one is starting.

    One at a time: fifty first requests at once start one host, and what that one takes need no second. A host that
    stalls does not count, so that another can stand in for it; at most ``hosts_limit`` do not.
    """
    if any(host.starting and not host.stalled for host in hosts):
        return None
    for index, host in enumerate(hosts):
        if host.workers < workers_limit and not host.stalled:
            return Grow(index)
    stalled = min(hosts_limit, sum(host.stalled for host in hosts))
    return Grow(NEW) if len(hosts) - stalled < hosts_limit else None


def surplus(hosts: Sequence[HostView], now: float, idle: float) -> list[int]:
    """The indexes of hosts to let go: unused for ``idle`` seconds, or sooner where others remain."""
    patience = min(idle, SURPLUS_IDLE)
    let_go: list[int] = []
    for index in reversed(range(len(hosts))):
        host = hosts[index]
        if host.in_flight or host.starting:
            continue
        alone = len(hosts) - len(let_go) == 1
        if now - host.idle_since >= (idle if alone else patience):
            let_go.append(index)
    return let_go


CRASHES = 10
"""So many crashes within ``CRASH_SPAN`` are a loop, and the next start waits."""
CRASH_SPAN = 10.0
"""Seconds."""
CRASH_WAIT = 3.0
"""Seconds that the next start waits then."""


def is_crash_loop(crashes: Sequence[float]) -> bool:
    """``crashes``: when the last hosts crashed, oldest first, seconds."""
    return len(crashes) >= CRASHES and crashes[-1] - crashes[-CRASHES] <= CRASH_SPAN


def backoff(failures: int) -> float:
    """Seconds to wait after that many failed starts in a row: none after the first, then 1, 2, 4 … ``MAX_BACKOFF``."""
    return 0.0 if failures <= 1 else min(MAX_BACKOFF, 2.0 ** (failures - 2))


Escalation = Literal["wait", "interrupt", "replace"]
INTERRUPT_AFTER = 0.1
"""Seconds after a cancellation that a healthy worker needs to acknowledge it; beyond, its thread is stuck."""
REPLACE_AFTER = 0.3
"""Seconds after a cancellation at which a worker that even an interrupt did not free costs its host its life."""


WORKER_STALLED_AFTER = 0.2
"""Seconds after which a worker that does not answer gets no further calls until it does: its handler does not wait but
computes. They go to other workers, or wait for whoever is free first."""
HOST_STALLED_AFTER = 1.0
"""Seconds after which another host stands in for one whose interpreter does not answer: longer than the pauses that
healthy code makes in C, much shorter than most deadlines."""


def escalate(late_for: float, blocked: bool = False) -> Escalation:
    """What to do about a call whose worker has not acknowledged its cancellation for that long. ``blocked``: it cannot,
    for the call is a plain ``def`` that occupies it."""
    if late_for < INTERRUPT_AFTER and not blocked:
        return "wait"
    return "interrupt" if late_for < REPLACE_AFTER else "replace"
