"""Pools: every pool of this node, the zygote they share, and the one timer that ticks for those that are awake.

A pool without hosts and calls costs nothing. One whose hosts rest is woken by its next call, or when something falls
due. Opened by ``platform/reconciler/``; the gateway finds a pool through
``platform/gateway/routing.py``. Next: ``pool.py``.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from math import inf

import msgspec

from vaas.core.limits.cgroups import NONE, Cgroups
from vaas.core.limits.priority import Precedence
from vaas.core.pool.calls.tally import Counts
from vaas.core.pool.errors import TooManyPrograms
from vaas.core.pool.pool import OnLine, Pool, Understand
from vaas.core.pool.program import Program
from vaas.core.pool.zygote.client import ZygoteClient
from vaas.core.spec import HostSpec

TICK = 0.05
"""Seconds between two looks at deadlines: a late answer is noticed within this, with no timer per request."""

MOST_PROGRAMS = 4
"""Programs of one app at once: each is a process with the memory of a host."""


class Pools:
    def __init__(
        self, understand: Understand, on_line: OnLine, tmp: str, preload: Sequence[str] = (), groups: Cgroups = NONE
    ) -> None:
        """``tmp`` is a folder of the node's own; ``preload`` names modules that the zygote imports; ``groups`` are the
        control groups that hosts join."""
        self._tmp = tmp
        self._understand = understand
        self._on_line = on_line
        self._zygote = ZygoteClient(tmp, preload, groups)
        self._precedence = Precedence()
        self._pools: set[Pool] = set()
        self._of_app: dict[str, list[Pool]] = {}
        self._past: dict[str, Counts] = {}
        """By app: what its pools that are gone have counted."""
        self._programs: set[Program] = set()
        self._run_ids = itertools.count(1)
        self._awake: set[Pool] = set()
        self._resting: dict[Pool, asyncio.TimerHandle] = {}
        """Pools with hosts that rest: what wakes them when something falls due."""
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Starts the zygote, so that the first host need not wait for it; from now on this thread runs before hosts."""
        self._precedence.take()
        self._zygote.start()

    async def own_root(self) -> bool:
        """Whether hosts with trusted code get a root of their own; known once the zygote is warm."""
        return await asyncio.shield(self._zygote.own_root)

    def open(self, spec: HostSpec) -> Pool:
        """A cold pool: it starts its first host when it is called or warmed."""
        pool = Pool(spec, self._zygote, self._understand, self._on_line, self._tmp, self._wake)
        self._pools.add(pool)
        self._of_app.setdefault(spec.app, []).append(pool)
        return pool

    def running(self) -> frozenset[str]:
        """The apps that have a host now."""
        return frozenset(app for app, pools in self._of_app.items() if any(pool.hosts for pool in pools))

    def counts(self, app: str) -> Counts:
        """Totals of all pools that the app has had on this node: they never fall."""
        return sum((pool.counts for pool in self._of_app.get(app, ())), self._past.get(app, Counts()))

    async def forget(self, app: str) -> None:
        """For an app that has been removed and whose pools are closed: ends the commands that run in it, and drops
        what was counted, so that no later app of that name is told of it."""
        await asyncio.gather(
            *(program.close("its app was removed") for program in self._programs if program.spec.app == app)
        )
        for pool in self._of_app.pop(app, ()):
            self._pools.discard(pool)
            self._awake.discard(pool)
            if (due := self._resting.pop(pool, None)) is not None:
                due.cancel()
        self._past.pop(app, None)

    async def run(self, spec: HostSpec, timeout: float) -> Program:
        """Starts the command that the spec names, which may take ``timeout`` seconds. Raises ``ZygoteUnavailable``,
        ``TooManyPrograms``, OSError."""
        if sum(program.spec.app == spec.app for program in self._programs) >= MOST_PROGRAMS:
            raise TooManyPrograms(app=spec.app, most=MOST_PROGRAMS)
        tmp = f"{self._tmp}/{spec.app}-run-{next(self._run_ids)}"
        program = Program(msgspec.structs.replace(spec, tmp=tmp), self._zygote, timeout, self._programs.discard)
        self._programs.add(program)
        try:
            await program.start()
        except BaseException:
            self._programs.discard(program)
            raise
        return program

    def _wake(self, pool: Pool) -> None:
        """It gets a call, or something has changed in it, or falls due."""
        if pool in self._pools:
            pool.rests = False
            self._awake.add(pool)
            if (due := self._resting.pop(pool, None)) is not None:
                due.cancel()
            if self._timer is None:
                self._timer = self._loop.call_later(TICK, self._tick)

    def _tick(self) -> None:
        now = self._loop.time()
        self._timer = self._loop.call_later(TICK, self._tick)
        for pool in list(self._awake):
            pool.tick(now)
            self._let_rest(pool, now)
        if not self._awake:
            self._timer.cancel()
            self._timer = None

    def _let_rest(self, pool: Pool, now: float) -> None:
        if pool.is_gone:
            self._forget(pool)
        elif (until := pool.rests_until) > now:
            pool.rests = True
            self._awake.discard(pool)
            if until < inf:
                self._resting[pool] = self._loop.call_at(until, self._wake, pool)

    def _forget(self, pool: Pool) -> None:
        app = pool.spec.app
        self._past[app] = self._past.get(app, Counts()) + pool.counts
        self._pools.discard(pool)
        self._awake.discard(pool)
        self._of_app[app].remove(pool)

    async def stop(self) -> None:
        """Ends every host, without waiting for calls in flight, then the zygote."""
        await asyncio.gather(
            *(pool.close(0.0) for pool in self._pools), *(program.close() for program in self._programs)
        )
        self._pools.clear()  # none is woken any more
        for timer in (self._timer, *self._resting.values()):
            if timer is not None:
                timer.cancel()
        await self._zygote.stop()
        self._precedence.give_back()
