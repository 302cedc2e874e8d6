"""UsageMonitor: looks after what the hosts of one pool use, as often as it is worth, and has the host set act on it.

What is too much is decided in ``core/limits/thresholds.py``. Asked by ``host_set.py`` at every tick.
"""

from __future__ import annotations

from collections.abc import Sequence

from vaas.core.limits.priority import HEAVY, HOST, rank_process
from vaas.core.limits.thresholds import Breach, breach, is_heavy
from vaas.core.limits.usage import Usage, usage_of, usage_with_children
from vaas.core.policy import Policy
from vaas.core.pool.hosts.host_process import HostProcess
from vaas.core.pool.zygote.client import ZygoteClient

LOOK = 0.25
"""Seconds between two looks at hosts in use. One costs some 40 µs a host."""
GLANCE = 2.0
"""Seconds between two looks at hosts that are not: an app may have left something running."""
LIFT_AFTER = 0.2
"""Seconds after which a heavy host that has not reacted gets help; it has 0.1 more (``core/pool/decide.py``,
REPLACE_AFTER)."""
STARVES_AFTER = 1.0
"""Seconds without any of the processor, as far as the kernel tells (10 ms), after which a heavy host with calls in
flight is let go before others until the next look: it may give way, but not to the point of never having a turn."""
CALM = 2.0
"""Seconds without a long turn after which a heavy app is an ordinary one again, at least."""
CALM_FOR = 20.0
"""Seconds more for each that it has computed while it was heavy: it takes a moment to find out that one is, and
meanwhile its neighbours pay for it."""
CALM_MOST = 60.0
"""Seconds, whatever it has done."""


class UsageMonitor:
    def __init__(self, policy: Policy, zygote: ZygoteClient) -> None:
        self.is_heavy = False
        self._limits = policy.limits
        self._usage_of = usage_with_children if policy.permissions.subprocess else usage_of
        self._zygote = zygote
        self._looked = 0.0
        self._seen: dict[HostProcess, tuple[float, int]] = {}
        """Seconds of the processor and calls, at the last look."""
        self._heavy_until = 0.0
        self._spent = 0.0
        """Seconds of the processor, while it was heavy."""
        self._fed: dict[HostProcess, float] = {}
        """When each was last seen to have had some of the processor, or no call in flight."""
        self._starving: set[HostProcess] = set()
        """Those with calls in flight that have had nothing of the processor for long, or have not wanted it."""
        self._lifted: set[HostProcess] = set()

    def is_due(self, hosts: Sequence[HostProcess], now: float) -> bool:
        return now - self._looked >= (LOOK if any(host.in_flight for host in hosts) else GLANCE)

    def look(self, hosts: Sequence[HostProcess], now: float) -> list[tuple[HostProcess, Breach]]:
        """Those whose use is beyond their limits. Ranks all by how heavy their app is."""
        elapsed = now - self._looked
        self._looked = now
        base = usage_of(self._zygote.pid)
        uses = {host: self._usage_of(host.pid).beyond(base) for host in hosts}
        self._weigh(uses, elapsed, now)
        found = [(host, breach(usage, self._limits)) for host, usage in uses.items()]
        return [(host, what) for host, what in found if what is not None]

    def _weigh(self, uses: dict[HostProcess, Usage], elapsed: float, now: float) -> None:
        cpu, calls = 0.0, 0
        serving = {host: usage for host, usage in uses.items() if not host.starting}  # an import is no call
        seen, self._seen = self._seen, {host: (usage.cpu, host.calls) for host, usage in serving.items()}
        fed, self._fed = self._fed, dict.fromkeys(self._seen, now)
        for host, (cpu_now, calls_now) in self._seen.items():
            cpu_before, calls_before = seen.get(host, (cpu_now, calls_now))
            cpu += max(0.0, cpu_now - cpu_before)
            calls += calls_now - calls_before
            if host in seen and host.in_flight and cpu_now <= cpu_before:
                self._fed[host] = fed.get(host, now)
        self._starving = {host for host, at in self._fed.items() if now - at >= STARVES_AFTER}
        if is_heavy(cpu, elapsed, calls):
            self._spent += cpu
            self._heavy_until = now + min(CALM_MOST, CALM + CALM_FOR * self._spent)
        self._rank(now < self._heavy_until)

    def _rank(self, heavy: bool) -> None:
        if heavy != self.is_heavy:
            self.is_heavy = heavy
            self._spent = self._spent if heavy else 0.0
            for host in self._seen:
                self.rank(host)

    def welcome(self, host: HostProcess) -> None:
        """It is ready: from now on it is ranked like the others."""
        if self.is_heavy:
            self.rank(host)

    def rank(self, host: HostProcess) -> None:
        """Has the host go before or behind others, as its app deserves."""
        self._rank_host(host, self.is_heavy)

    def _rank_host(self, host: HostProcess, heavy: bool) -> None:
        if not self._zygote.groups.set_idle(host.pid, heavy):
            rank_process(host.pid, HEAVY if heavy else HOST)

    def lift(self, host: HostProcess, late: float) -> None:
        """While a call of its is late, and has been for so many seconds, it is an ordinary host, so that it can react
        to what it is told: behind all others it might not even hear of it. And from look to look, if it starves."""
        starves = host in self._starving
        if (late >= LIFT_AFTER or starves) and self.is_heavy and host not in self._lifted:
            self._lifted.add(host)
            self._rank_host(host, False)
        elif not late and not starves and host in self._lifted:
            self._lifted.discard(host)
            self.rank(host)
