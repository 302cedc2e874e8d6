"""AppReconciler: keeps one app of this node as the records say.

Each turn is the same: ask the plan, do its first step, ask again; with nothing to do, wait for news. What goes wrong
with a release stays with that release, what goes wrong otherwise quarantines the app; either is tried again, later and
later. Each app has one of its own, so a broken app delays no other. Next: ``plan.py``, ``perform.py``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from vaas.core.errors import Unavailable
from vaas.core.pace import take_turn
from vaas.core.spec import HostSpec
from vaas.platform.reconciler import steps as do
from vaas.platform.reconciler.perform import Performer
from vaas.platform.reconciler.plan import kept, plan, settings_for
from vaas.platform.reconciler.status import OF_THE_APP, statuses
from vaas.platform.reconciler.steps import Failure, Step
from vaas.platform.reconciler.tools import Tools
from vaas.platform.records import bounds
from vaas.platform.records.bounds import cut, cut_middle
from vaas.platform.records.records import ReleaseStatus
from vaas.platform.records.snapshot import AppRecords

FIRST_RETRY = 0.5
"""Seconds until a failed step is tried again; twice as long after each further failure."""

LAST_RETRY = 60.0
"""Seconds between two tries at most."""

OF_A_RELEASE = (do.Fetch, do.Verify, do.Unpack, do.Layer, do.Open, do.Start, do.Probe)
"""Steps whose failure is that release's own."""

OfARelease = do.Fetch | do.Verify | do.Unpack | do.Layer | do.Open | do.Start | do.Probe

GIVEN_UP = (do.Fetch, do.Layer, do.Start, do.Probe)
"""Steps that may last long, and are given up when news make another one more pressing."""

log = logging.getLogger(__name__)

Report = Callable[[str, dict[int, ReleaseStatus]], None]
Clock = Callable[[], float]


def retry_after(tries: int) -> float:
    """Seconds to wait after so many failures in a row, from 1."""
    return min(LAST_RETRY, FIRST_RETRY * 2.0 ** min(tries - 1, 30))


class AppReconciler:
    def __init__(self, name: str, tools: Tools, report: Report, clock: Clock) -> None:
        """``report`` gets the status of every release after each turn."""
        self.name = name
        self.quarantine = ""
        """Why the app as a whole is quarantined; empty: it is not."""
        self._tools, self._report, self._clock = tools, report, clock
        self._performer = Performer(name, tools, self.wake)
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._failed_turns = 0
        self._swept = False
        self._over = False

    def wake(self) -> None:
        """There are news: look again."""
        self._news.set()

    @property
    def records(self) -> AppRecords:
        return self._tools.catalog.snapshot.apps.get(self.name) or AppRecords(self.name)

    def plan(self) -> list[Step]:
        return plan(self.records, self._performer.here(), self._performer.spec, self._clock())

    def layers(self) -> frozenset[str]:
        """The digests of those that its releases run from, or would."""
        records = self.records
        wanted = (records.releases[number].layer for number in kept(records, self._performer.here()))
        return self._performer.layers() | frozenset(digest for digest in wanted if digest)

    async def begun(self) -> None:
        """Returns once it has been worked on until there was nothing left to do, or until that failed."""
        await self._idle.wait()

    async def settled(self) -> None:
        """Returns once nothing is left to do but wait."""
        while self.plan():
            self._idle.clear()
            await self._idle.wait()

    async def run(self) -> None:
        """Goes round until the app has been removed and nothing of it is left here."""
        while not self._over:
            await take_turn()  # after a start all apps are due at once
            self._news.clear()
            pause = await self._guarded_turn()
            if pause is None or pause > 0:
                await self._listen(pause)

    async def close(self, drain: float) -> None:
        """Closes every pool, at the end of the node."""
        await self._performer.close(drain)

    async def _listen(self, pause: float | None) -> None:
        """Returns when there are news, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._news.wait()

    async def _guarded_turn(self) -> float | None:
        try:
            self._sweep()
            pause = await self._turn()
            by_number = statuses(self.records, self._performer.here(), self._performer.seconds)
            self._failed_turns = 0
            self.quarantine = by_number[OF_THE_APP].error if OF_THE_APP in by_number else ""
            self._report(self.name, by_number)
        except Exception as error:
            self._failed_turns += 1
            pause = retry_after(self._failed_turns)
            self.quarantine = cut(f"{type(error).__name__}: {error}", bounds.ERROR)
            log.exception("%s is quarantined and tried again in %g s", self.name, pause)
            self._report(self.name, {OF_THE_APP: ReleaseStatus(state="failed", error=self.quarantine)})
            self._idle.set()
        return pause

    def _sweep(self) -> None:
        """Once, at the beginning."""
        if not self._swept:
            self._tools.folders.sweep(self.name)
            self._swept = True

    async def _turn(self) -> float | None:
        """Does the first step there is. Returns in how many seconds there will be more; None: when there are news."""
        records, steps = self.records, self.plan()
        if steps:
            await self._do(steps[0], records)
            return 0.0
        self._idle.set()
        self._over = self.name not in self._tools.catalog.snapshot.apps and not self._performer.here()
        now = self._clock()
        dues = [failure.due - now for failure in self._performer.failures.values() if failure.due > now]
        return 0.0 if self._over else min(dues, default=None)

    async def _do(self, step: Step, records: AppRecords) -> None:
        task = asyncio.create_task(self._attempt(step, records))
        try:
            while isinstance(step, GIVEN_UP) and not task.done():
                await self._done_or_news(task)
                if not task.done() and self.plan()[:1] != [step]:
                    return
            await task
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _done_or_news(self, task: asyncio.Task[None]) -> None:
        news = asyncio.create_task(self._news.wait())
        try:
            await asyncio.wait({task, news}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
        if not task.done():
            self._news.clear()

    async def _attempt(self, step: Step, records: AppRecords) -> None:
        began = self._clock()
        try:
            await self._performer.perform(step, records)
        except Exception as error:
            if not isinstance(step, OF_A_RELEASE):
                raise
            self._note_failure(step, error, records)
        else:
            self._note_success(step, self._clock() - began)

    def _note_failure(self, step: OfARelease, error: Exception, records: AppRecords) -> None:
        failures, facts, number = self._performer.failures, getattr(error, "facts", {}), step.number
        tried: HostSpec | None = getattr(step, "spec", None)
        spec = tried or self._performer.spec(records.releases[number], settings_for(records, number))
        before = failures.get(number)
        tries = before.tries + 1 if before and before.spec == spec else 1
        failures[number] = Failure(
            spec=spec,
            error=cut(str(facts.get("error") or error) or type(error).__name__, bounds.ERROR),
            where=cut(str(facts.get("where", "")), bounds.ERROR),
            traceback=cut_middle(str(facts.get("traceback", "")), bounds.TRACEBACK),
            passing=isinstance(error, Unavailable),
            tries=tries,
            due=self._clock() + retry_after(tries),
        )
        log.warning("%s v%d: %s", self.name, number, failures[number].error)

    def _note_success(self, step: Step, seconds: float) -> None:
        if isinstance(step, OF_A_RELEASE):
            self._performer.seconds.setdefault(step.number, {})[type(step).__name__.lower()] = seconds
        if isinstance(step, do.Probe):
            self._performer.failures.pop(step.number, None)
