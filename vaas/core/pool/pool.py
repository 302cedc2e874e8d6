"""Pool: the hosts of one release on this node; finds a worker for every call, starts and lets go of hosts.

``submit`` is on every request's path and never awaits. What to start and stop is decided in ``decide.py``. A call that
finds no room waits here, bounded; deadlines are looked at in ``tick``, together. Next: ``link.py``, which carries it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from time import time as wall_clock
from typing import Any

import msgspec
from msgspec import Raw

from vaas.core.errors import VaasError
from vaas.core.host.spec import HostSpec
from vaas.core.pool.decide import (
    CRASHES,
    FILL,
    MAX_BACKOFF,
    NEW,
    HostView,
    backoff,
    escalate,
    grow,
    is_crash_loop,
    surplus,
)
from vaas.core.pool.errors import (
    BackingOff,
    DeadlineExceeded,
    HostBroken,
    HostGone,
    PoolClosed,
    QueueFull,
    ZygoteUnavailable,
)
from vaas.core.pool.host import HostProcess
from vaas.core.pool.link import WorkerLink
from vaas.core.pool.ticket import FutureTicket, Ticket
from vaas.core.pool.zygote import Zygote
from vaas.core.wire.messages import LogLine, Ready, Reply

STOP_GRACE = 2.0
"""Seconds that a host's own shut-down may take before it is killed."""

Understand = Callable[[Raw], Any]
OnLine = Callable[[str, str, LogLine], None]
"""Called with app, release and line."""


class Pool:
    def __init__(self, spec: HostSpec, zygote: Zygote, understand: Understand, on_line: OnLine, tmp: str) -> None:
        """``tmp`` is the folder in which each host gets one of its own."""
        self.spec = spec
        self.info: Raw | None = None
        """What the service told of itself; None before the first worker was ready."""
        self.hints: Any = None
        """What ``understand`` made of it."""
        self.calls = 0
        self.errors = 0
        self.closed = False
        self._limits = spec.policy.limits
        self._zygote = zygote
        self._understand = understand
        self._on_line = on_line
        self._tmp = tmp
        self._loop = asyncio.get_running_loop()
        self._hosts: list[HostProcess] = []
        self._ready: list[WorkerLink] = []
        """The links of all ready workers, in the order in which they are filled."""
        self._waiting: deque[Ticket] = deque()
        self._leaving: dict[HostProcess, float] = {}
        """No longer used, not gone yet, and ended at that time at the latest."""
        self._idle_since: dict[HostProcess, float] = {}
        self._failures = 0
        self._last_error: HostBroken | HostGone | None = None
        self._not_before = 0.0
        self._warming: list[asyncio.Future[None]] = []
        self._drained: asyncio.Future[None] | None = None
        self._count = 0
        self._complete = False
        """Whether every worker that may run does, or is starting."""
        self._crashes: deque[float] = deque(maxlen=CRASHES)

    # --- a call

    def submit(self, ticket: Ticket) -> None:
        """Sends the call to a worker now, or lets it wait, or fails it at once if it cannot even wait."""
        self.calls += 1
        ticket.deadline = self._loop.time() + self._limits.timeout
        if not self._waiting and not self.closed:
            link = self._pick(ticket.blocking)
            if link is not None:
                link.begin(ticket, self._limits.timeout)
                return
        self._enqueue(ticket)

    def _pick(self, blocking: bool) -> WorkerLink | None:
        """A worker with room: one after the other is filled, but a plain ``def`` gets one that is idle."""
        fill = 1 if blocking else FILL
        for link in self._ready:
            if link.in_flight < fill and not link.blocked and not link.late:
                return link
        self._grow()
        return None if blocking else self._least_loaded()

    def _least_loaded(self) -> WorkerLink | None:
        open_links = [link for link in self._ready if not link.blocked and not link.late]
        if not open_links:
            return None
        link = min(open_links, key=lambda link: link.in_flight)
        return link if link.in_flight < self._limits.concurrency else None

    def _enqueue(self, ticket: Ticket) -> None:
        refusal = self._refusal()
        if refusal is not None:
            self.errors += 1
            ticket.on_fail(refusal)
            return
        self._waiting.append(ticket)
        self._grow()

    def _refusal(self) -> BackingOff | QueueFull | PoolClosed | None:
        if self.closed:
            return PoolClosed()
        wait = self._not_before - self._loop.time()
        if not self._hosts and wait > 0:
            return BackingOff(seconds=wait, error=self._last_error)
        if len(self._waiting) >= self._limits.queue:
            return QueueFull(queue=self._limits.queue)
        return None

    def on_idle_capacity(self) -> None:
        """A call has ended, or a worker has become ready: whoever waits may be next."""
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        while self._waiting:
            link = self._pick(self._waiting[0].blocking)
            if link is None:
                return
            link.begin(self._waiting.popleft(), self._limits.timeout)

    async def call(self, kind: str, head: Raw, body: bytes, timeout: float, trace: str = "") -> Reply:
        """One simple exchange, for at most ``timeout`` seconds. Raises what a ticket can fail with."""
        ticket = FutureTicket(kind, head, body, trace)
        self.submit(ticket)
        try:
            async with asyncio.timeout(timeout):
                return await ticket.answer
        except TimeoutError:
            raise DeadlineExceeded(timeout=timeout) from None
        finally:
            ticket.abandon("gone")

    # --- hosts

    @property
    def hosts(self) -> int:
        return len(self._hosts)

    async def warm(self) -> None:
        """At least one worker is ready. Raises ``HostBroken``, ``HostGone`` or ``ZygoteUnavailable``."""
        if self._ready:
            return
        ready: asyncio.Future[None] = self._loop.create_future()
        self._warming.append(ready)
        self._not_before = 0.0
        self._grow()
        await ready

    def _views(self) -> list[HostView]:
        return [
            HostView(host.workers, len(host.starting), host.in_flight, self._idle_since[host]) for host in self._hosts
        ]

    def _grow(self) -> None:
        if self._complete or self._loop.time() < self._not_before or (self.closed and not self._waiting):
            return
        step = grow(self._views(), self._limits.workers, self._limits.hosts)
        if step is None:
            return
        if step.host == NEW:
            self._start_host()
        else:
            self._hosts[step.host].start_worker()
        self._relist()

    def _start_host(self) -> None:
        self._count += 1
        tmp = f"{self._tmp}/{self.spec.app}-{id(self):x}-{self._count}"
        host = HostProcess(msgspec.structs.replace(self.spec, tmp=tmp), self._zygote, self)
        try:
            host.start()
        except (ZygoteUnavailable, OSError) as error:
            self._failed(HostBroken(error=str(error), where="", traceback=""))
            return
        self._hosts.append(host)
        self._idle_since[host] = self._loop.time()

    def on_ready(self, host: HostProcess, ready: Ready) -> None:
        if self.info is None:
            self.info, self.hints = ready.info, self._understand(ready.info)
        self._failures = 0
        self._relist()
        self._tell_warming(None)
        self.on_idle_capacity()

    def on_broken(self, host: HostProcess, error: HostBroken) -> None:
        self._failed(error)
        if not host.ready and not host.starting:
            self._dismiss(host)

    def on_gone(self, host: HostProcess, error: HostGone) -> None:
        if host not in self._hosts:
            return
        self._forget(host, 0.0)
        self._crashes.append(self._loop.time())
        if not host.was_ready:
            self._failed(error)
            return
        self._say(error)
        if is_crash_loop(self._crashes):
            self._hold_back(error, MAX_BACKOFF / 10)
        elif self._waiting:
            self._grow()

    def _failed(self, error: HostBroken | HostGone) -> None:
        """A start failed: whoever waits for it hears why, and the next start waits if it happens again and again."""
        self._failures += 1
        self._say(error)
        self._tell_warming(error)
        self._hold_back(error, backoff(self._failures))

    def _hold_back(self, error: HostBroken | HostGone, seconds: float) -> None:
        self._last_error = error
        self._not_before = self._loop.time() + seconds
        if not self._ready:
            self._fail_waiting(error)

    def _fail_waiting(self, error: VaasError) -> None:
        waiting, self._waiting = self._waiting, deque()
        self.errors += len(waiting)
        for ticket in waiting:
            ticket.on_fail(error)

    def _say(self, error: VaasError) -> None:
        self.on_line(LogLine(wall_clock(), 0, "", "log", "error", str(error)))

    def _tell_warming(self, error: HostBroken | HostGone | None) -> None:
        warming, self._warming = self._warming, []
        for ready in warming:
            if ready.done():
                continue
            if error is None:
                ready.set_result(None)
            else:
                ready.set_exception(error)

    def _dismiss(self, host: HostProcess) -> None:
        """Lets a host go that has nothing in flight."""
        self._forget(host, STOP_GRACE)
        host.drain()

    def _forget(self, host: HostProcess, patience: float) -> None:
        """Uses a host no more; it may take ``patience`` seconds to go."""
        self._hosts.remove(host)
        del self._idle_since[host]
        self._leaving[host] = self._loop.time() + patience
        host.gone.add_done_callback(lambda _: self._leaving.pop(host, None))
        self._relist()

    def _relist(self) -> None:
        self._ready = [link for host in self._hosts for link in host.ready]
        most = self._limits.workers * self._limits.hosts
        self._complete = sum(host.workers for host in self._hosts) >= most

    # --- time

    def tick(self, now: float) -> None:
        """Looks at deadlines, stuck workers and idle hosts. Called by ``pools.py`` every ``TICK`` seconds."""
        while self._waiting and self._waiting[0].deadline <= now:
            self.errors += 1
            self._waiting.popleft().on_fail(DeadlineExceeded(timeout=self._limits.timeout))
        for host in list(self._hosts):
            self._check_host(host, now)
        self._check_leaving(now)
        for index in surplus(self._views(), now, self._limits.idle):
            self._dismiss(self._hosts[index])

    def _check_host(self, host: HostProcess, now: float) -> None:
        if host.starting and now - host.asked > self._limits.start:
            self._give_up(host)
            return
        if host.in_flight:
            self._idle_since[host] = now
        for link in host.ready:
            self._expire_overdue(link, now)
            if self._is_stuck(host, link, now):
                self._replace(host)
                return

    def _expire_overdue(self, link: WorkerLink, now: float) -> None:
        for ticket in link.overdue(now):
            self.errors += 1
            link.expire(ticket, self._limits.timeout)

    def _is_stuck(self, host: HostProcess, link: WorkerLink, now: float) -> bool:
        """Interrupts what does not react to its cancellation, and says whether even that has not helped."""
        for call_id, late in link.late.items():
            step = escalate(now - late.since)
            if step == "interrupt":
                host.interrupt(link.index, call_id)
            elif step == "replace":
                return True
        return False

    def _give_up(self, host: HostProcess) -> None:
        """A worker hangs while it starts."""
        self._forget(host, self._limits.drain)
        error = f"it was not ready within limits.start = {self._limits.start:g} s"
        self._failed(HostBroken(error=error, where="", traceback=""))

    def _replace(self, host: HostProcess) -> None:
        """A worker is stuck beyond help: another host takes over, and this one ends when its other calls have."""
        self._say(HostGone(reason="a handler did not react to its deadline, so the process was replaced"))
        self._forget(host, self._limits.drain)
        self._start_host()
        self._relist()

    def _check_leaving(self, now: float) -> None:
        for host, until in self._leaving.items():
            for link in host.links:
                self._expire_overdue(link, now)
            is_done = host.state != "draining" and not any(link.awaited for link in host.links)
            if is_done or now >= until:
                host.kill()

    def on_line(self, line: LogLine) -> None:
        self._on_line(self.spec.app, self.spec.release, line)

    # --- the end

    async def close(self, drain: float) -> None:
        """Takes no new calls, lets those in flight and waiting go on for at most ``drain`` seconds, ends the hosts."""
        self.closed = True
        deadline = self._loop.time() + drain
        while self._busy() and self._loop.time() < deadline:
            await self._freed(deadline)
        self._fail_waiting(PoolClosed())
        self._tell_warming(HostBroken(error="the release went away", where="", traceback=""))
        for host in list(self._hosts):
            self._dismiss(host)
        if self._leaving:
            await asyncio.wait([host.gone for host in self._leaving])

    def _busy(self) -> bool:
        return bool(self._waiting) or any(host.in_flight for host in self._hosts)

    async def _freed(self, deadline: float) -> None:
        """Returns when a call has ended, or at the deadline."""
        self._drained = self._loop.create_future()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._drained, max(0.0, deadline - self._loop.time()))

    @property
    def gone(self) -> bool:
        """Whether it was closed and nothing is left of it."""
        return self.closed and not self._hosts and not self._leaving

    def stats(self) -> dict[str, float]:
        """What an operator asks of a release: counts now, and totals since the pool was opened."""
        return {
            "hosts": len(self._hosts),
            "workers": len(self._ready),
            "in_flight": sum(host.in_flight for host in self._hosts),
            "waiting": len(self._waiting),
            "calls": self.calls,
            "errors": self.errors,
        }

    def __repr__(self) -> str:
        return f"<pool {self.spec.app} {self.spec.release} waiting={len(self._waiting)} {self._hosts}>"
