"""HostManager: starts and ends the hosts of one pool as ``supervisor.py`` decides: the shell that performs its actions.

It is asked by the pool (``grow``, ``tick``, ``dismiss_all``) and told by hosts (``listeners.py``). Next:
``host_process.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from math import inf
from time import monotonic
from typing import assert_never

import msgspec
from msgspec import Raw

from vaas.core.errors import VaasError
from vaas.core.limits.disk import free_of, let_write, taken_by
from vaas.core.limits.priority import HEAVY, HOST, rank_process
from vaas.core.limits.usage import Usage, usage_of, usage_with_children
from vaas.core.policy import USUAL_WORKERS
from vaas.core.pool.errors import HostBroken, HostGone, ZygoteUnavailable
from vaas.core.pool.hosts.actions import (
    Action,
    AskWorkers,
    CutStreams,
    Drain,
    FailWaiting,
    HostAction,
    Interrupt,
    Kill,
    LimitWrites,
    OfferWork,
    Rank,
    ResetIdle,
    Retire,
    Say,
    Stall,
    StartFailure,
    StartHost,
    StartWorker,
)
from vaas.core.pool.hosts.deadlines import Deadlines
from vaas.core.pool.hosts.host_process import HostProcess
from vaas.core.pool.hosts.host_set import HostSet
from vaas.core.pool.hosts.listeners import PoolListener
from vaas.core.pool.hosts.supervisor import STOP_GRACE, Supervisor
from vaas.core.pool.hosts.views import HostView
from vaas.core.pool.zygote.client import ZygoteClient
from vaas.core.spec import HostSpec
from vaas.core.wire.messages import LogLine


class HostManager:
    def __init__(self, spec: HostSpec, zygote: ZygoteClient, tmp: str, pool: PoolListener) -> None:
        """``tmp`` is the folder in which each host gets one of its own."""
        self._spec = spec
        self._limits = spec.policy.limits
        self._supervisor = Supervisor(self._limits)
        self.hosts = HostSet(self._supervisor.most_workers * self._limits.hosts)
        self._usage_of = usage_with_children if spec.policy.permissions.subprocess else usage_of
        self._zygote = zygote
        self._tmp = tmp
        self._pool = pool
        self._deadlines = Deadlines(self._limits, self._say)
        self._loop = asyncio.get_running_loop()
        self._rests_until = 0.0
        """Until when a tick does nothing if no call is in flight; 0 after any change."""
        self._born = 0
        self._emptied = asyncio.Event()

    # --- growing

    @property
    def pause(self) -> float:
        """Seconds for which no host is started, because too many starts failed; 0 or less: none."""
        return self._supervisor.backoff.pause(self._loop.time())

    @property
    def last_error(self) -> StartFailure | None:
        """Why the last start failed."""
        return self._supervisor.backoff.last_error

    @property
    def may_grow(self) -> bool:
        """Whether a worker more is starting, or may start now."""
        return (not self.hosts.is_complete and self.pause <= 0) or self.hosts.is_growing

    def grow(self, *, at_once: bool = False) -> None:
        """Starts one more worker, or a host with one, if the limits allow it and none is starting already."""
        if self.hosts.is_complete or (not at_once and self.pause > 0):
            return
        step = self._supervisor.grow(self.hosts.used)
        if step is not None:
            self._perform([step])

    # --- letting go

    def dismiss_all(self, grace: float) -> None:
        """Lets all hosts go; what calls have left behind may go on for ``grace`` seconds."""
        self._perform([Drain(host, grace) for host in self.hosts.used])

    def wind_down(self, whether: bool) -> None:
        """Whether hosts go as soon as they have nothing in flight, instead of when they have long been idle; those that
        start when none is left do not."""
        if whether and self.hosts.used:
            self._supervisor.wind_down(self._loop.time())
        else:
            self._supervisor.linger()
        self._stir()

    async def wait_gone(self) -> None:
        """Returns when nothing is left of any host."""
        if self.hosts:
            self._emptied.clear()
            await self._emptied.wait()

    # --- told by hosts

    def on_state(self) -> None:
        self._stir()
        self.hosts.sort()

    def on_ready(self, host: HostProcess, info: Raw, usual_workers: int) -> None:
        if usual_workers and not self._limits.workers:
            self._supervisor.most_workers = max(1, min(usual_workers, USUAL_WORKERS))
            self.hosts.most_workers = self._supervisor.most_workers * self._limits.hosts
        self.hosts.sort()
        self._perform(self._supervisor.on_ready(host))
        self._pool.on_worker_ready(info)

    def on_broken(self, host: HostProcess, error: HostBroken) -> None:
        self._perform(self._supervisor.on_broken(host, error, self._loop.time()))

    def on_end(self, host: HostProcess, error: HostGone) -> None:
        self._perform(self._supervisor.on_end(host, error, self._loop.time()))

    def on_collected(self, host: HostProcess) -> None:
        self.hosts.remove(host)
        self._stir()
        if not self.hosts:
            self._emptied.set()

    # --- time

    def _stir(self) -> None:
        self._rests_until = 0.0
        self._pool.on_stirred()

    @property
    def rests_until(self) -> float:
        """Until when a tick does nothing if no call begins and nothing stirs; 0: it may do something at once."""
        if any(host.in_flight for host in self.hosts.used):
            return 0.0
        if not self.hosts.living and not self._supervisor.usage.is_heavy:
            return inf
        return self._rests_until

    def tick(self, now: float) -> None:
        """Called every ``TICK`` seconds (``core/pool/pools.py``)."""
        if now < self._rests_until and not any(host.in_flight for host in self.hosts.used):
            return
        hosts = self.hosts.living
        if not hosts and not self._supervisor.usage.is_heavy:
            return
        for host in hosts:
            self._deadlines.look(host, now)
        is_due = self._supervisor.usage.is_due(hosts, now)
        if (is_due and self._may_have_written) or any(host.in_flight for host in hosts):
            self._count_files(hosts, now)
        actions = self._supervisor.tick(hosts, now, self._uses(hosts) if is_due else None)
        self._perform(actions)
        self._rests_until = 0.0 if actions else self._supervisor.rests_until(hosts, now)

    @property
    def _may_have_written(self) -> bool:
        """What does not run does not write."""
        return not self._supervisor.usage.is_still or self._supervisor.disk.is_over

    def _uses(self, hosts: Iterable[HostProcess]) -> dict[HostView, Usage]:
        base = self._zygote.usage(self._loop.time())
        return {host: self._usage_of(host.pid).beyond(base) for host in hosts}

    def _count_files(self, hosts: list[HostProcess], now: float) -> None:
        """Has them counted in a thread if it is time to; what follows is done when the sum is there."""
        disk = self._supervisor.disk
        if not hosts or not disk.may_count(now) or not disk.begin(free_of(self._spec.data), now):
            return
        folders = [self._spec.data, *(host.spec.tmp for host in hosts)]
        counting = self._loop.run_in_executor(None, count, folders)
        counting.add_done_callback(lambda done: self._on_counted(*done.result()))

    def _on_counted(self, size: int, seconds: float) -> None:
        self._perform(self._supervisor.disk.counted(self.hosts.living, size, seconds, self._loop.time()))

    # --- performing

    def _perform(self, actions: Iterable[Action]) -> None:
        for action in actions:
            self._stir()
            match action:
                case StartHost():
                    self._start_host()
                case Say(error):
                    self._say(error)
                case FailWaiting(error):
                    self._pool.on_start_failed(error)
                case OfferWork():
                    self._pool.on_idle_capacity()
                case Rank(host, heavy):
                    self._rank(host, heavy)
                case LimitWrites(host, size):
                    let_write(host.pid, size)
                case _:
                    self._perform_on(action.host, action)

    def _perform_on(self, host: HostProcess, action: HostAction) -> None:
        match action:
            case StartWorker():
                host.start_worker()
                self.hosts.sort()
            case Stall():
                host.stall()
                self._pool.on_idle_capacity()
            case Retire(_, until):
                host.retire(until)
            case Drain(_, grace):
                host.drain(grace, self._loop.time() + grace + STOP_GRACE)
            case Kill(_, why):
                host.kill(why)
            case Interrupt(_, worker, call):
                host.interrupt(worker, call)
            case CutStreams(_, worker):
                self._deadlines.cut_streams(host.link(worker))
            case AskWorkers():
                host.ask_workers(self._loop.time())
            case ResetIdle():
                host.idle_since = self._loop.time()
            case _:
                assert_never(action)

    def _start_host(self) -> None:
        self._born += 1
        tmp = f"{self._tmp}/{self._spec.app}-{id(self):x}-{self._born}"
        host = HostProcess(msgspec.structs.replace(self._spec, tmp=tmp), self._zygote, self, self._pool)
        try:
            host.start()
        except (ZygoteUnavailable, OSError) as error:
            failure = HostBroken(error=str(error), where="", traceback="")
            self._perform(self._supervisor.on_start_failed(failure, self._loop.time()))
            return
        self.hosts.add(host)

    def _rank(self, host: HostProcess, heavy: bool) -> None:
        if not self._zygote.groups.set_idle(host.pid, heavy):
            rank_process(host.pid, HEAVY if heavy else HOST)

    def _say(self, error: VaasError, trace: str = "") -> None:
        self._pool.on_line(LogLine(0, trace, "log", "error", str(error)))


def count(folders: list[str]) -> tuple[int, float]:
    """Bytes, and the seconds that counting took."""
    began = monotonic()
    return taken_by(folders), monotonic() - began
