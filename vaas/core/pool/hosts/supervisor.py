"""Supervisor: what to do about the hosts of one pool. State in (views of hosts, the clock, what they use), actions out.

No await, no I/O, no clock of its own: ``host_manager.py`` calls it and performs the actions, in their order. Its parts:
``growth.py``, ``escalation.py``, ``start_backoff.py``, ``usage_monitor.py``, ``disk_quota.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from vaas.core.limits.thresholds import breach
from vaas.core.limits.usage import Usage
from vaas.core.limits.words import limit_words
from vaas.core.policy import USUAL_WORKERS, Limits
from vaas.core.pool.errors import HostBroken, HostGone, HostOverLimit, HostReplaced
from vaas.core.pool.heartbeat import HOST_STALLED_AFTER
from vaas.core.pool.hosts import escalation, growth
from vaas.core.pool.hosts.actions import (
    Action,
    AskWorkers,
    CutStreams,
    Drain,
    FailWaiting,
    Interrupt,
    Kill,
    OfferWork,
    ResetIdle,
    Retire,
    Say,
    Stall,
    StartFailure,
    StartHost,
    StartWorker,
)
from vaas.core.pool.hosts.disk_quota import DiskQuota
from vaas.core.pool.hosts.start_backoff import StartBackoff
from vaas.core.pool.hosts.states import DYING, USED, State
from vaas.core.pool.hosts.usage_monitor import UsageMonitor
from vaas.core.pool.hosts.views import HostView, WorkerView

STOP_GRACE = 2.0
"""Seconds that a host's own shut-down may take before it is killed, and that a killed one may take to end before
another is started in its place."""
WEAR_PAUSE = 10.0
"""Seconds at least between two replacements of hosts that use nearly all they may: an app may need that much."""


class Supervisor:
    def __init__(self, limits: Limits) -> None:
        self.backoff = StartBackoff()
        self.usage = UsageMonitor()
        self.disk = DiskQuota(limits.disk)
        self.most_workers = limits.workers or USUAL_WORKERS
        """Of a host."""
        self._limits = limits
        self._replaced_at = float("-inf")
        """When a host was replaced last for what it used."""
        self._idle = limits.idle
        """Seconds after which an unused host goes; 0 while those there are wound down."""
        self._tasks_until = float("inf")
        """Until when tasks that calls have left behind keep an unused host."""
        self._dying: dict[HostView, float] = {}
        """Until when each host that ends unasked is waited for."""

    # --- asked by the pool

    def grow(self, hosts: Sequence[HostView]) -> StartHost | StartWorker | None:
        """No worker has room. ``hosts``: those that are used, and those that end unasked."""
        return growth.grow(hosts, self.most_workers, self._limits.hosts)

    def wind_down(self, now: float) -> None:
        """The hosts there are to go as soon as they have nothing in flight; what else they do has ``limits.drain``."""
        self._idle, self._tasks_until = 0.0, now + self._limits.drain

    def linger(self) -> None:
        """Hosts stay again for as long as ``limits.idle`` says."""
        self._idle, self._tasks_until = self._limits.idle, float("inf")

    # --- told of hosts

    def on_ready(self, host: HostView) -> list[Action]:
        """A worker of it is ready."""
        self.backoff.succeeded()
        return [*self.usage.welcome(host), *self.disk.welcome(host)]

    def on_broken(self, host: HostView, error: HostBroken, now: float) -> list[Action]:
        """A worker of it could not import the app."""
        is_useless = host.state in USED and not host.links and not host.starting
        return [*([Drain(host, 0.0)] if is_useless else []), *self.on_start_failed(error, now)]

    def on_start_failed(self, error: StartFailure, now: float) -> list[Action]:
        self.backoff.failed(error, now)
        return [Say(error), FailWaiting(error)]

    def on_end(self, host: HostView, error: HostGone, now: float) -> list[Action]:
        """Its process has ended."""
        self._dying.pop(host, None)
        if host.state is State.FAILED:
            self.backoff.ended(now)
            return self.on_start_failed(error, now)
        if host.state is State.CRASHED:
            is_loop = self.backoff.crashed(error, now)
            return [Say(error), *([FailWaiting(error)] if is_loop else []), OfferWork()]
        return []

    # --- time

    def tick(self, hosts: Sequence[HostView], now: float, uses: Mapping[HostView, Usage] | None) -> list[Action]:
        """Looks at starts that hang, stuck workers, what hosts use and idle hosts. ``hosts``: all whose process has not
        ended, the oldest first; ``uses``: what they use, if ``usage.is_due``, else None."""
        let_go: set[HostView] = set()
        """Whatever happens to a host, it is retired, drained or killed once."""
        actions: list[Action] = []
        lingering = sorted((host for host in hosts if host.state is State.RETIRING), key=lambda host: host.until)
        for host in hosts:
            if host.state in USED:
                actions += self._check(host, now, lingering, let_go)
            else:
                actions += self._check_leaving(host, now)
        if uses is not None:
            actions += self.usage.look(uses, now)
            actions += self._judge(uses, now, lingering, let_go)
        used = [host for host in hosts if host.state in USED and host not in let_go]
        if not used:
            self.linger()  # those that start later are wanted
        idle = (self._let_go(host, now) for host in growth.surplus(used, now, self._idle))
        # Idle hosts go first: what follows may let the pool start a worker, and not in one that goes.
        return [*chain.from_iterable(idle), *actions]

    def rests_until(self, hosts: Sequence[HostView], now: float) -> float:
        """Until when a tick would do nothing if no call begins and no host changes; 0: it may do something at once."""
        if self.usage.is_lifting or not all(is_at_rest(host, now) for host in hosts):
            return 0.0
        return min(self.usage.next_glance, growth.next_surplus(hosts, self._idle))

    def _check(self, host: HostView, now: float, lingering: list[HostView], let_go: set[HostView]) -> list[Action]:
        if host.starting and now - host.asked > self._limits.start:
            let_go.add(host)
            return self._give_up(host, now)
        actions: list[Action] = []
        if host.state is State.READY and host.in_flight and host.heartbeat.silence(now) > HOST_STALLED_AFTER:
            actions.append(Stall(host))
        late = [call.since for worker in host.links for call in worker.late.values()]
        actions += self.usage.lift(host, now - min(late) if late else 0.0)
        for worker in host.links:
            steps = escalation.steps(worker, now, self._limits.timeout)
            actions += [Interrupt(host, worker.index, call) for call, step in steps.items() if step == "interrupt"]
            if "replace" in steps.values():
                let_go.add(host)
                return actions + self._replace_stuck(host, worker, now, lingering)
        return actions

    def _give_up(self, host: HostView, now: float) -> list[Action]:
        """A worker hangs while it starts."""
        error = f"it was not ready within {limit_words('start', self._limits.start)}"
        failed = self.on_start_failed(HostBroken(error=error, where="", traceback=""), now)
        return [Retire(host, now + self._limits.drain), *failed]

    def _replace_stuck(self, host: HostView, stuck: WorkerView, now: float, lingering: list[HostView]) -> list[Action]:
        """A worker is stuck beyond help: another host takes over, and this one ends when its other calls have."""
        error = HostReplaced(reason="a handler did not react to its deadline")
        return [Say(error), CutStreams(host, stuck.index), *self._replace(host, now, lingering)]

    def _replace(self, host: HostView, now: float, lingering: list[HostView]) -> list[Action]:
        """At most ``limits.hosts`` that were replaced live on for the sake of their other calls: the oldest go."""
        surplus = lingering[: max(0, len(lingering) - self._limits.hosts + 1)]
        del lingering[: len(surplus)]
        lingering.append(host)
        until = now + max(self._limits.drain, self._limits.timeout)
        return [*(Kill(old) for old in surplus), Retire(host, until), StartHost()]

    def _check_leaving(self, host: HostView, now: float) -> list[Action]:
        if host.state in DYING:
            until = self._dying.setdefault(host, now + STOP_GRACE)
            return [Retire(host, until), OfferWork()] if now >= until else []
        is_done = host.state is State.RETIRING and not any(worker.awaited for worker in host.links)
        return [Kill(host)] if is_done or now >= host.until else []

    def _judge(
        self, uses: Mapping[HostView, Usage], now: float, lingering: list[HostView], let_go: set[HostView]
    ) -> list[Action]:
        actions: list[Action] = []
        for host, usage in uses.items():
            found = breach(usage, self._limits)
            if found is None:
                continue
            if found.step == "kill":
                let_go.add(host)
                actions.append(Kill(host, HostOverLimit(reason=found.reason)))
            elif host.state in USED and host not in let_go and now - self._replaced_at > WEAR_PAUSE:
                self._replaced_at = now
                let_go.add(host)
                actions += [Say(HostReplaced(reason=found.reason)), *self._replace(host, now, lingering)]
        return actions

    def _let_go(self, host: HostView, now: float) -> list[Action]:
        """Drains an idle host, unless a worker has not answered yet, or calls have left tasks behind that still run."""
        if not all(is_told(worker, host.idle_since, now) for worker in host.links):
            return [AskWorkers(host)]
        return [ResetIdle(host)] if host.tasks and now < self._tasks_until else [Drain(host, 0.0)]


def is_at_rest(host: HostView, now: float) -> bool:
    """Whether it does nothing, and no worker of it owes anything."""
    if host.state is not State.READY or host.in_flight or host.starting:
        return False
    return not any(worker.late or worker.heartbeat.silence(now) for worker in host.links)


def is_told(worker: WorkerView, since: float, now: float) -> bool:
    """Whether the worker has told what it does after that time, or is not to be waited for."""
    return worker.heartbeat.answered >= since or worker.heartbeat.silence(now) >= HOST_STALLED_AFTER
