"""UsageMonitor: how often to look at what hosts use, which app is a burden to its neighbours and runs behind them, and
which host gets too little for that. No clock and no I/O of its own. Part of ``supervisor.py``.

Where "heavy" begins: ``core/limits/thresholds.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vaas.core.limits.thresholds import is_heavy
from vaas.core.limits.usage import Usage
from vaas.core.pool.hosts.actions import Rank
from vaas.core.pool.hosts.views import HostView

LOOK = 0.25
"""Seconds between two looks at hosts in use. One costs some 40 µs a host."""
GLANCE = 2.0
"""Seconds between two looks at hosts that are not: an app may have left something running."""
GLANCE_MOST = 8.0
"""The same where nothing was seen to run, twice as many from look to look. What grows without running does not."""
LIFT_AFTER = 0.2
"""Seconds after which a heavy host that has not reacted gets help; it has 0.1 more (``REPLACE_AFTER`` of
``escalation.py``)."""
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
    def __init__(self) -> None:
        self.is_heavy = False
        """Whether the app's hosts run behind others."""
        self.is_still = False
        """Whether nothing has run in them between the last two looks."""
        self._looked = 0.0
        self._glance = GLANCE
        """Seconds until the next look at hosts that are not in use."""
        self._seen: dict[HostView, tuple[float, int]] = {}
        """Seconds of the processor and calls, at the last look."""
        self._heavy_until = 0.0
        self._spent = 0.0
        """Seconds of the processor, while it was heavy."""
        self._fed: dict[HostView, float] = {}
        """When each was last seen to have had some of the processor, or no call in flight."""
        self._starving: set[HostView] = set()
        """Those with calls in flight that have had nothing of the processor for long, or have not wanted it."""
        self._lifted: set[HostView] = set()
        """Those of a heavy app that go before others for now."""

    def is_due(self, hosts: Sequence[HostView], now: float) -> bool:
        """Whether to measure what they use."""
        rest = self._glance if len(hosts) == len(self._seen) else GLANCE
        return now - self._looked >= (LOOK if any(host.in_flight for host in hosts) else rest)

    @property
    def next_glance(self) -> float:
        """When it is due if no call is in flight until then."""
        return self._looked + self._glance

    @property
    def is_lifting(self) -> bool:
        """Whether a heavy host goes before others for now."""
        return bool(self._lifted)

    def look(self, uses: Mapping[HostView, Usage], now: float) -> list[Rank]:
        """``uses``: what all living hosts use now. The ranks that change."""
        elapsed, self._looked = now - self._looked, now
        self._lifted &= uses.keys()
        # An import is no call.
        serving = {host: (usage.cpu, host.calls) for host, usage in uses.items() if not host.starting}
        seen, self._seen = self._seen, serving
        self._find_starving(seen, now)
        cpu = sum(max(0.0, cpu - seen.get(host, (cpu, 0))[0]) for host, (cpu, _) in serving.items())
        calls = sum(calls - seen.get(host, (0.0, calls))[1] for host, (_, calls) in serving.items())
        self.is_still = bool(serving) and seen.keys() == serving.keys() and not (cpu or calls or self.is_heavy)
        self._glance = min(2 * self._glance, GLANCE_MOST) if self.is_still else GLANCE
        if is_heavy(cpu, elapsed, calls):
            self._spent += cpu
            self._heavy_until = now + min(CALM_MOST, CALM + CALM_FOR * self._spent)
        return self._rank(now < self._heavy_until)

    def _find_starving(self, seen: Mapping[HostView, tuple[float, int]], now: float) -> None:
        fed, self._fed = self._fed, dict.fromkeys(self._seen, now)
        for host, (cpu, _) in self._seen.items():
            if host in seen and host.in_flight and cpu <= seen[host][0]:
                self._fed[host] = fed.get(host, now)
        self._starving = {host for host, at in self._fed.items() if now - at >= STARVES_AFTER}

    def _rank(self, heavy: bool) -> list[Rank]:
        if heavy == self.is_heavy:
            return []
        self.is_heavy = heavy
        self._spent = self._spent if heavy else 0.0
        return [Rank(host, heavy) for host in self._seen]

    def welcome(self, host: HostView) -> list[Rank]:
        """A worker of it is ready: from now on it is ranked like the others."""
        return [Rank(host, True)] if self.is_heavy else []

    def lift(self, host: HostView, late: float) -> list[Rank]:
        """While a call of its is late, and has been for so many seconds, it is an ordinary host, so that it can react
        to its cancellation: behind all others it might not even read of it. And from look to look, if it starves."""
        starves = host in self._starving
        if (late >= LIFT_AFTER or starves) and self.is_heavy and host not in self._lifted:
            self._lifted.add(host)
            return [Rank(host, False)]
        if not late and not starves and host in self._lifted:
            self._lifted.discard(host)
            return [Rank(host, self.is_heavy)]
        return []
