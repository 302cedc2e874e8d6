"""Reconciler: keeps every app of this node as the records say, each by an ``AppReconciler`` of its own.

Woken by changes of the catalog, and by a full pass every so often. Next: ``app_reconciler.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from time import monotonic

from vaas.core.pace import paced
from vaas.platform.reconciler.app_reconciler import AppReconciler
from vaas.platform.reconciler.node_lease import NodeLease
from vaas.platform.reconciler.tools import Tools
from vaas.platform.records.catalog import Subscription

FULL_PASS = 60.0
"""Seconds between looks at every app, changed or not: a folder deleted by hand, say, comes back within this."""
PARTS = 10
"""In which they are done, so that they do not come all at once."""
MOST = 30
"""Apps in one part at most, five a second: of more than 300 apps a pass takes longer, and no more of the processor."""


class Reconciler:
    def __init__(
        self,
        tools: Tools,
        lease: NodeLease,
        *,
        full_pass: float = FULL_PASS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._tools, self._lease, self._full_pass, self._clock = tools, lease, full_pass, clock
        self._reconcilers: dict[str, AppReconciler] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._following: asyncio.Task[None] | None = None
        self._looked = False
        """Whether it has been looked for what removed apps have left."""
        self._unseen: list[str] = []
        """The apps that the pass under way has still to look at."""

    async def start(self) -> None:
        """Begins with every app that the catalog, which must have been started, knows. ``settled`` waits for one."""
        await self._lease.start()
        self._following = asyncio.create_task(self._follow(self._tools.catalog.subscribe()))
        await self._look_at(self._all() | self._tools.folders.kept_names())
        await self._look_for_strays()

    async def _look_for_strays(self) -> None:
        """Once, as soon as the catalog is the store's own: what was removed while this node was down has to go."""
        if not self._looked and self._tools.catalog.is_current:
            self._looked = True
            await self._look_at((self._tools.folders.names() | self._tools.logged()) - self._all())

    async def look_again(self, app: str) -> None:
        """For a change that no record tells of. Returns once the app is settled."""
        await self._look_at(frozenset({app}))
        await self.settled(app)

    async def settled(self, app: str) -> None:
        """Returns once this node has done all it can of what the catalog says of that app now."""
        await self._reconciler_of(app).settled()

    def names(self) -> frozenset[str]:
        """The apps that are known here, those that have just been removed among them."""
        return self._all()

    def layers(self) -> frozenset[str]:
        """The digests of the layers that are needed on this node."""
        unseen = self._tools.catalog.snapshot.apps.keys() - self._reconcilers.keys()
        of_unseen = [self._tools.catalog.snapshot.apps[name].releases.values() for name in unseen]
        named = {release.layer for releases in of_unseen for release in releases}
        return frozenset(named).union(*(each.layers() for each in self._reconcilers.values()))

    async def begun(self, patience: float) -> None:
        """Returns once every app has what it can have here, or after so many seconds: what runs already is served."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                async for name in paced(self._all()):
                    await self._reconciler_of(name).begun()

    def quarantine(self, app: str) -> str:
        """Why this node does not work on that app; empty: it does."""
        found = self._reconcilers.get(app)
        return found.quarantine if found is not None else ""

    async def close(self, drain: float = 0.0) -> None:
        """Gives up what is under way and closes every pool, with that much patience for requests in flight."""
        tasks = [task for task in (self._following, *self._tasks.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(reconciler.close(drain) for reconciler in self._reconcilers.values()))
        await self._lease.close()

    async def _follow(self, subscription: Subscription) -> None:
        pause = self._full_pass / PARTS
        with subscription as changed:
            await self._look_at(self._all())
            due = self._clock() + pause
            while True:
                try:
                    async with asyncio.timeout(due - self._clock()):
                        names = await anext(changed)
                except TimeoutError:
                    await self._look_for_strays()
                    names, due = self._next_part(), self._clock() + pause
                await self._look_at(names)

    def _next_part(self) -> frozenset[str]:
        """Those whose turn it is in the full pass, which then begins anew."""
        every = self._all()
        self._unseen = self._unseen or sorted(every)
        size = min(MOST, ceil(len(every) / PARTS))
        part, self._unseen = self._unseen[:size], self._unseen[size:]
        return frozenset(part)

    def _all(self) -> frozenset[str]:
        return frozenset({*self._tools.catalog.snapshot.apps, *self._reconcilers})

    async def _look_at(self, names: frozenset[str]) -> None:
        domains = self._tools.catalog.snapshot.domains.values()
        self._tools.routing.domains({domain.domain: domain.app for domain in domains})
        async for name in paced(names):
            self._reconciler_of(name).wake()

    def _reconciler_of(self, name: str) -> AppReconciler:
        if name not in self._reconcilers:
            self._reconcilers[name] = AppReconciler(name, self._tools, self._lease.report, self._clock)
            self._tasks[name] = asyncio.create_task(self._run(name))
        return self._reconcilers[name]

    async def _run(self, name: str) -> None:
        await self._reconcilers[name].run()
        # Not in a callback: between the reconciler's last look and this line nothing else has run.
        del self._reconcilers[name], self._tasks[name]
