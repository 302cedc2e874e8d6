"""HostSet: the hosts that work for one pool: started when they are missed, let go when they are not, replaced when
stuck.

What to do is decided in ``core/pool/decide.py``; this does it. The pool (``core/pool/pool.py``) fills the ``ready``
links with calls and is told what changes. Next: ``host_process.py``."""

from __future__ import annotations

import asyncio
from time import time as wall_clock
from typing import Protocol

import msgspec
from msgspec import Raw

from vaas.core.errors import VaasError
from vaas.core.limits.thresholds import Breach
from vaas.core.limits.words import limit_words
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.decide import NEW, HostView, grow, surplus
from vaas.core.pool.errors import HostBroken, HostGone, HostOverLimit, HostReplaced, ZygoteUnavailable
from vaas.core.pool.hosts.deadlines import Deadlines
from vaas.core.pool.hosts.disk_quota import DiskQuota
from vaas.core.pool.hosts.host_process import HostProcess
from vaas.core.pool.hosts.start_backoff import StartBackoff, StartFailure
from vaas.core.pool.hosts.usage_monitor import UsageMonitor
from vaas.core.pool.zygote.client import ZygoteClient
from vaas.core.spec import HostSpec
from vaas.core.wire.messages import LogLine, Ready

STOP_GRACE = 2.0
"""Seconds that a host's own shut-down may take before it is killed."""

WEAR_PAUSE = 10.0
"""Seconds at least between two replacements of hosts that use nearly all they may: an app may need that much."""


class Owner(Protocol):
    """What a host set tells its pool."""

    def on_worker_ready(self, info: Raw) -> None: ...

    def on_idle_capacity(self) -> None:
        """A call has ended: a worker has room."""
        ...

    def on_start_failed(self, error: StartFailure) -> None: ...

    def on_line(self, line: LogLine) -> None: ...


class HostSet:
    def __init__(self, spec: HostSpec, zygote: ZygoteClient, tmp: str, owner: Owner) -> None:
        self.hosts: list[HostProcess] = []
        self.ready: list[LinkToWorker] = []
        """The links of all ready workers, in the order in which they are filled."""
        self.attempts = StartBackoff()
        self._spec = spec
        self._limits = spec.policy.limits
        self._zygote = zygote
        self._tmp = tmp
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._idle_since: dict[HostProcess, float] = {}
        self._leaving: dict[HostProcess, float] = {}
        """No longer used, not gone yet, and ended at that time at the latest."""
        self._tending = Deadlines(self._limits, self._say)
        self._watch = UsageMonitor(spec.policy, zygote)
        self._quota = DiskQuota(spec.data, self._limits.disk, self._say)
        self._replaced_at = float("-inf")
        self._born = 0
        self._complete = False
        """Whether every worker that may run does, or is starting."""

    # --- growing

    @property
    def may_grow(self) -> bool:
        """Whether a worker more is starting, or may start now."""
        return any(host.starting for host in self.hosts) or (not self._complete and self.attempts.pause <= 0)

    def grow(self, *, at_once: bool = False) -> None:
        """Starts one more worker, or a host with one, if the limits allow it and none is starting already."""
        if self._complete or (not at_once and self.attempts.pause > 0):
            return
        step = grow(self._views(), self._limits.workers, self._limits.hosts)
        if step is None:
            return
        if step.host == NEW:
            self._start_host()
        else:
            self.hosts[step.host].start_worker()
        self._relist()

    def _views(self) -> list[HostView]:
        return [
            HostView(host.workers, len(host.starting), host.in_flight, self._idle_since[host], host.stalled)
            for host in self.hosts
        ]

    def _start_host(self) -> None:
        self._born += 1
        tmp = f"{self._tmp}/{self._spec.app}-{id(self):x}-{self._born}"
        host = HostProcess(msgspec.structs.replace(self._spec, tmp=tmp), self._zygote, self)
        try:
            host.start()
        except (ZygoteUnavailable, OSError) as error:
            self._failed(HostBroken(error=str(error), where="", traceback=""))
            return
        self.hosts.append(host)
        self._idle_since[host] = self._loop.time()

    # --- told by hosts

    def on_ready(self, host: HostProcess, ready: Ready) -> None:
        self.attempts.succeeded()
        self._watch.welcome(host)
        if self._quota.is_over:
            self._quota.hold(host)
        self._relist()
        self._owner.on_worker_ready(ready.info)

    def on_broken(self, host: HostProcess, error: HostBroken) -> None:
        if not host.ready and not host.starting and host in self.hosts:
            self._dismiss(host)
        self._failed(error)

    def on_gone(self, host: HostProcess, error: HostGone) -> None:
        if host not in self.hosts:
            return
        self._forget(host, 0.0)
        if not host.was_ready:
            self.attempts.ended()
            self._failed(error)
            return
        self._say(error)
        if self.attempts.crashed(error):
            self._owner.on_start_failed(error)
        self._owner.on_idle_capacity()

    def on_back(self, host: HostProcess) -> None:
        """A host that had stalled answers again."""
        if host in self.hosts:
            self._relist()
            self._owner.on_idle_capacity()

    def on_idle_capacity(self) -> None:
        self._owner.on_idle_capacity()

    def on_line(self, line: LogLine) -> None:
        self._owner.on_line(line)

    def _failed(self, error: StartFailure) -> None:
        self._say(error)
        self.attempts.failed(error)
        self._owner.on_start_failed(error)

    def _say(self, error: VaasError, trace: str = "") -> None:
        self._owner.on_line(LogLine(wall_clock(), 0, trace, "log", "error", str(error)))

    # --- letting go

    def dismiss_all(self, grace: float) -> None:
        """Lets all hosts go; what calls have left behind may go on for ``grace`` seconds."""
        for host in list(self.hosts):
            self._dismiss(host, grace)

    async def wait_gone(self) -> None:
        """Returns when every host that was let go has ended."""
        if self._leaving:
            await asyncio.wait([host.gone for host in self._leaving])

    @property
    def is_gone(self) -> bool:
        return not self.hosts and not self._leaving

    def _dismiss(self, host: HostProcess, grace: float = 0.0) -> None:
        """Lets a host go that has nothing in flight."""
        self._forget(host, grace + STOP_GRACE)
        host.drain(grace)

    def _forget(self, host: HostProcess, patience: float) -> None:
        """Uses a host no more; it may take ``patience`` seconds to go."""
        self.hosts.remove(host)
        del self._idle_since[host]
        self._leaving[host] = self._loop.time() + patience
        host.gone.add_done_callback(lambda _: self._leaving.pop(host, None))
        self._relist()

    def _relist(self) -> None:
        well = [host for host in self.hosts if not host.stalled]
        self.ready = [link for host in well for link in host.ready]
        most = self._limits.workers * self._limits.hosts
        self._complete = sum(host.workers for host in well) >= most

    # --- time

    def tick(self, now: float) -> None:
        """Looks at deadlines, stuck workers, starts that hang and idle hosts."""
        for host in list(self.hosts):
            self._check(host, now)
        self._check_leaving(now)
        self._look(now)
        for host in [self.hosts[index] for index in surplus(self._views(), now, self._limits.idle)]:
            self._retire(host, now)

    def _check(self, host: HostProcess, now: float) -> None:
        if host.starting and now - host.asked > self._limits.start:
            self._give_up(host)
            return
        if host.in_flight:
            self._idle_since[host] = now
            if self._tending.keep_in_touch(host, now):
                self._relist()
                self._owner.on_idle_capacity()
        late = [call.since for link in host.ready for call in link.late.values()]
        self._watch.lift(host, now - min(late) if late else 0.0)
        for link in host.ready:
            self._tending.expire_overdue(link, now)
            if self._tending.is_stuck(host, link, now):
                self._replace(host, link)
                return

    def _give_up(self, host: HostProcess) -> None:
        """A worker hangs while it starts."""
        self._forget(host, self._limits.drain)
        error = f"it was not ready within {limit_words('start', self._limits.start)}"
        self._failed(HostBroken(error=error, where="", traceback=""))

    def _replace(self, host: HostProcess, stuck: LinkToWorker) -> None:
        """A worker is stuck beyond help: another host takes over, and this one ends when its other calls have."""
        self._say(HostReplaced(reason="a handler did not react to its deadline"))
        for pending in stuck.streams:
            self._tending.cut(stuck, pending)
        self._start_in_place_of(host)

    def _start_in_place_of(self, host: HostProcess) -> None:
        self._make_room()
        self._forget(host, max(self._limits.drain, self._limits.timeout))
        self._start_host()
        self._relist()

    def _look(self, now: float) -> None:
        """At what the hosts use."""
        hosts = [*self.hosts, *self._leaving]
        is_due = self._watch.is_due(hosts, now)
        if is_due or any(host.in_flight for host in hosts):
            self._quota.look(hosts, now)
        if is_due:
            for host, breach in self._watch.look(hosts, now):
                self._punish(host, breach, now)

    def _punish(self, host: HostProcess, breach: Breach, now: float) -> None:
        if breach.step == "kill":
            host.kill(HostOverLimit(reason=breach.reason))
        elif host in self.hosts and now - self._replaced_at > WEAR_PAUSE:
            self._replaced_at = now
            self._say(HostReplaced(reason=breach.reason))
            self._start_in_place_of(host)

    def _make_room(self) -> None:
        """At most ``limits.hosts`` that were replaced live on for the sake of their other calls: the oldest go."""
        lingering = [host for host in self._leaving if host.state == "ready"]
        for host in lingering[: len(lingering) - self._limits.hosts + 1]:
            host.kill()

    def _retire(self, host: HostProcess, now: float) -> None:
        """Lets an idle host go, unless calls have left something behind that still runs."""
        if not host.is_at_rest(self._idle_since[host], now):
            return
        if host.tasks:
            self._idle_since[host] = now
        else:
            self._dismiss(host)

    def _check_leaving(self, now: float) -> None:
        for host, until in self._leaving.items():
            for link in host.links:
                self._tending.expire_overdue(link, now)
            is_done = host.state != "draining" and not any(link.awaited for link in host.links)
            if is_done or now >= until:
                host.kill()

    @property
    def stalled(self) -> int:
        """Workers that do not answer."""
        return sum(host.stalled or link.stalled for host in self.hosts for link in host.ready)

    def __repr__(self) -> str:
        return f"<crew {self.hosts}>"
