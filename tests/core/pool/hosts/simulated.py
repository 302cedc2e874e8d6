"""Pools with hosts, workers, a clock and a processor that are all simulated: only the supervisor is real."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from msgspec import convert

from vaas.core.errors import VaasError
from vaas.core.limits.usage import NOTHING, Usage
from vaas.core.policy import Limits
from vaas.core.pool.calls.link_to_worker import Late
from vaas.core.pool.errors import HostBroken, HostGone
from vaas.core.pool.heartbeat import Heartbeat
from vaas.core.pool.hosts import actions as act
from vaas.core.pool.hosts.states import DYING, GONE, KILLED, USED, Event, State, after
from vaas.core.pool.hosts.supervisor import Supervisor

TICK = 0.05
"""Seconds, as in a real pool."""
TURN = 0.01
"""Seconds by which the kernel counts what a process has had of the processor."""
GONE_ERROR = HostGone(reason="simulated")
BROKEN = HostBroken(error="no luck", where="", traceback="")


@dataclass(eq=False)
class Worker:
    index: int = 0
    in_flight: int = 0
    late: dict[int, Late] = field(default_factory=dict)
    hangs: bool = False
    """Whether its event loop does not answer."""
    heeds: bool = True
    """Whether an interrupt ends what occupies it."""
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    interrupts: int = 0
    cut: bool = False
    stalled: bool = False

    @property
    def awaited(self) -> bool:
        return self.in_flight > 0

    def ask(self, now: float) -> None:
        if self.heartbeat.ask(now) and not self.hangs:
            self.heartbeat.beat()

    def cancel(self, now: float, *, blocked: bool = False) -> None:
        """A call of its passes its deadline, and the worker does not react."""
        self.in_flight -= 1
        self.late[2 * len(self.late) + 1] = Late(now, blocked, False)


@dataclass(eq=False)
class Host:
    born: float = 0.0
    state: State = State.STARTING
    links: list[Worker] = field(default_factory=list)
    starting: set[int] = field(default_factory=set)
    asked: float = 0.0
    calls: int = 0
    tasks: int = 0
    idle_since: float = 0.0
    until: float = float("inf")
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    hangs: bool = False
    """Whether its interpreter does not answer."""
    immortal: bool = False
    """Whether it does not end, whatever is done to it."""
    heavy: bool = False
    """Whether it runs behind all others."""
    may_write: int = -1
    usage: Usage = NOTHING
    wants: float = 0.0
    """The part of a core that it would use."""
    had: float = 0.0
    """Seconds of the processor."""

    @property
    def workers(self) -> int:
        return len(self.links) + len(self.starting)

    @property
    def in_flight(self) -> int:
        return sum(link.in_flight for link in self.links)

    @property
    def worker(self) -> Worker:
        return self.links[0]

    def on(self, event: Event) -> None:
        self.state = after(self.state, event)


def ready(workers: int = 1, in_flight: int = 0, **facts: Any) -> Host:
    """One that serves."""
    links = [Worker(index, in_flight) for index in range(workers)]
    return Host(state=State.READY, links=links, **facts)


class SimulatedPool:
    """What a pool's shell does to real hosts, done to simulated ones. ``starts``: what becomes of each that starts."""

    def __init__(self, starts: Callable[[Host], str] = lambda host: "ready", **limits: Any) -> None:
        self.limits = convert(limits, Limits)
        self.supervisor = Supervisor(self.limits)
        self.hosts: list[Host] = []
        self.now = 1000.0
        self.said: list[VaasError] = []
        self.failed: list[VaasError] = []
        self.failed_at: list[float] = []
        self.done: list[act.Action] = []
        self._starts = starts

    # --- the world

    def grow(self) -> None:
        """As if no worker had room."""
        used = [host for host in self.hosts if host.state in USED or host.state in DYING]
        step = self.supervisor.grow(used)
        if self.supervisor.backoff.pause(self.now) <= 0 and step is not None:
            self.perform([step])

    def run(self, seconds: float, each: Callable[[], object] = lambda: None) -> None:
        for _ in range(round(seconds / TICK)):
            each()
            self.tick()

    def tick(self) -> None:
        self.now += TICK
        self._live()
        living = [host for host in self.hosts if host.state not in GONE]
        is_due = self.supervisor.usage.is_due(living, self.now)
        uses: Any = {host: self.usage_of(host) for host in living} if is_due else None
        self.perform(self.supervisor.tick(living, self.now, uses))
        self._end()

    def usage_of(self, host: Host) -> Usage:
        return host.usage._replace(cpu=host.had // TURN * TURN)

    def _live(self) -> None:
        for host in self.hosts:
            if host.starting and host.state in USED and self.now - host.asked >= 0.1:
                self._started(host, self._starts(host))
            if host.state in USED and host.in_flight:
                host.idle_since = self.now
                if host.heartbeat.ask(self.now) and not host.hangs:
                    host.heartbeat.beat()
                for link in host.links:
                    link.ask(self.now)

    def _started(self, host: Host, how: str) -> None:
        if how == "ready":
            host.links.append(Worker(host.starting.pop()))
            host.on(Event.WORKER_READY)
            self.perform(self.supervisor.on_ready(host))
        elif how == "broken":
            host.starting.clear()
            self.perform(self.supervisor.on_broken(host, BROKEN, self.now))
        elif how == "exit":
            self.exit(host)

    def _end(self) -> None:
        for host in self.hosts.copy():
            is_over = host.state in KILLED or (host.state is State.DRAINING and self.now >= host.until - 1.0)
            if is_over and not host.immortal:
                self.exit(host)

    def exit(self, host: Host) -> None:
        """Its process ends, by itself or after a signal."""
        host.on(Event.EXIT)
        host.starting.clear()
        self.hosts.remove(host)
        self.perform(self.supervisor.on_end(host, GONE_ERROR, self.now))

    # --- the shell

    def perform(self, actions: Iterable[act.Action]) -> None:
        for action in actions:
            self.done.append(action)
            match action:
                case act.StartHost():
                    self.hosts.append(Host(self.now, starting={0}, asked=self.now, idle_since=self.now))
                case act.StartWorker(host):
                    host.starting.add(host.workers)
                    host.asked = self.now
                case act.Say(error):
                    self.said.append(error)
                case act.FailWaiting(error):
                    self.failed.append(error)
                    self.failed_at.append(self.now)
                case act.Rank(host, heavy):
                    host.heavy = heavy
                case act.LimitWrites(host, size):
                    host.may_write = size
                case act.OfferWork():
                    pass
                case _:
                    self._perform_on(action.host, action)

    def _perform_on(self, host: Host, action: act.HostAction) -> None:
        match action:
            case act.Stall():
                host.on(Event.STALL)
            case act.Retire(_, until):
                host.until = until
                host.on(Event.RETIRE)
            case act.Drain(_, grace):
                host.until = self.now + grace + 2.0
                host.on(Event.DRAIN)
            case act.Kill():
                host.on(Event.KILL)
            case act.Interrupt(_, worker, _):
                host.links[worker].interrupts += 1
                if host.links[worker].heeds:
                    host.links[worker].late.clear()
            case act.CutStreams(_, worker):
                host.links[worker].cut = True
            case act.AskWorkers():
                for link in host.links:
                    if link.heartbeat.answered < host.idle_since:
                        link.ask(self.now)
            case act.ResetIdle():
                host.idle_since = self.now

    def did(self, kind: type) -> list[Any]:
        return [action for action in self.done if type(action) is kind]


IDLE_WEIGHT = 0.003
"""Of a process that runs behind others (SCHED_IDLE has the weight 3, nice 0 has 1024)."""


class Machine:
    """Processes that share cores, by weight, and are counted in turns of 10 ms. ``node``: the part of a core that the
    node wants, with three times the weight of a host."""

    def __init__(self, cores: float, pools: list[SimulatedPool], node: float = 0.0) -> None:
        self.cores, self.pools, self.node = cores, pools, Host(wants=node)

    def run(self, seconds: float, each: Callable[[], object] = lambda: None) -> None:
        for _ in range(round(seconds / TICK)):
            each()
            hosts = [host for pool in self.pools for host in pool.hosts]
            share([self.node, *hosts], [3.0, *(IDLE_WEIGHT if host.heavy else 1.0 for host in hosts)], self.cores)
            for pool in self.pools:
                pool.tick()


def share(hosts: list[Host], weights: list[float], cores: float) -> None:
    """Each gets what it wants, or its part of what is left, by weight."""
    left, wanting = cores, sorted(zip(hosts, weights, strict=True), key=lambda it: it[0].wants / it[1])
    for index, (host, weight) in enumerate(wanting):
        total = sum(other for _, other in wanting[index:])
        got = min(host.wants, 1.0, left * weight / total)
        host.had += got * TICK
        left -= got
