"""What may be done to the hosts of a pool. ``supervisor.py`` decides on actions, ``host_manager.py`` performs them."""

from __future__ import annotations

from typing import Any, NamedTuple

from vaas.core.errors import VaasError
from vaas.core.pool.errors import HostBroken, HostGone

StartFailure = HostBroken | HostGone


class StartHost(NamedTuple):
    """Fork another host, with one worker."""


class StartWorker(NamedTuple):
    host: Any
    """This one and that of the others: the view on which the decision was made."""


class Stall(NamedTuple):
    """Send no further calls to it until its interpreter answers."""

    host: Any


class Retire(NamedTuple):
    """Send no further calls to it; kill it when its calls have ended, and at the latest at ``until``."""

    host: Any
    until: float


class Drain(NamedTuple):
    """Have it run the app's shut-down, where tasks that calls have left behind may go on for ``grace`` seconds."""

    host: Any
    grace: float


class Kill(NamedTuple):
    host: Any
    why: HostGone | None = None
    """What its callers are told; None: how the process ended."""


class Interrupt(NamedTuple):
    """Raise an exception in the worker's thread if that call occupies it."""

    host: Any
    worker: int
    call: int


class CutStreams(NamedTuple):
    """End the answers of that worker that have begun."""

    host: Any
    worker: int


class AskWorkers(NamedTuple):
    """Ping those that have not answered since the host is idle."""

    host: Any


class ResetIdle(NamedTuple):
    """Its idle time begins anew: calls have left tasks behind in it."""

    host: Any


class Rank(NamedTuple):
    """Run it behind all others if it is ``heavy``, else like others."""

    host: Any
    heavy: bool


class LimitWrites(NamedTuple):
    """Let it write no file larger than ``size`` bytes; 0: no file at all."""

    host: Any
    size: int


class Say(NamedTuple):
    """Write to the app's log."""

    error: VaasError


class FailWaiting(NamedTuple):
    """Fail the calls that wait for a worker, unless one is ready."""

    error: StartFailure


class OfferWork(NamedTuple):
    """Have the pool look again for a worker for the calls that wait."""


HostAction = StartWorker | Stall | Retire | Drain | Kill | Interrupt | CutStreams | AskWorkers | ResetIdle
Action = HostAction | StartHost | Rank | LimitWrites | Say | FailWaiting | OfferWork
