"""DiskUsage: what takes this node's disk, app by app, and a warning before it is full.

Files are added up in a thread, now and then, and soon after a question: the answer is what was found last, so that
no number of questions makes it look more often. What unpacked layers take is counted once, as they never
change. Put together in ``bootstrap.py``; shown by ``control/nodes.py``.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from vaas.core.background import Background
from vaas.core.errors import VaasError
from vaas.core.limits.disk import taken_by
from vaas.core.units import format_size
from vaas.platform.bundles.interface import Bundles
from vaas.platform.control.services import DiskFacts
from vaas.platform.reconciler.folders import Folders
from vaas.platform.records.snapshot import Snapshot

EVERY = 60.0
"""Seconds between two looks, if no one takes long."""

FRESH = 5.0
"""Seconds for which an answer counts as that of now."""

SHARE = 0.05
"""The part of its time that the thread may spend on looking."""

FIRST = 2.0
"""Seconds that who asks first waits for the first look."""

LOW_SHARE, LOW = 0.1, 5 * 1024**3
"""The disk is nearly full with less than a tenth of it free, or on a large one less than these bytes."""

log = logging.getLogger("vaas.node")


class DiskUsage(Background):
    def __init__(self, root: Path, folders: Folders, bundles: Bundles, snapshot: Callable[[], Snapshot]) -> None:
        """``root`` is the platform's data folder, ``snapshot`` all that the records say now."""
        self._root, self._folders, self._bundles, self._snapshot = root, folders, bundles, snapshot
        self._last = DiskFacts()
        self._looked = asyncio.Event()
        self._asked = asyncio.Event()
        self._unpacked: dict[str, int] = {}
        self._warned = 0
        """Bytes that were free when it was last said that they are few; 0: they are not."""

    async def facts(self) -> DiskFacts:
        """What was found last."""
        self._asked.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST):
                await self._looked.wait()
        return self._last

    async def look(self) -> DiskFacts:
        """What there is now. Raises ``BundlesUnavailable``, OSError."""
        stored = await self._bundles.digests()
        self._last = await asyncio.to_thread(self._found, self._snapshot(), stored)
        self._looked.set()
        self._warn()
        return self._last

    async def _follow(self) -> None:
        while True:
            began = monotonic()
            try:
                await self.look()
            except (VaasError, OSError) as error:
                log.warning("what takes the disk cannot be told: %s", error)
            pause = max(FRESH, (monotonic() - began) / SHARE)
            self._asked.clear()
            await asyncio.sleep(pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY - pause):
                    await self._asked.wait()

    def _found(self, snapshot: Snapshot, stored: list[tuple[str, int]]) -> DiskFacts:
        layers = {release.layer for app in snapshot.apps.values() for release in app.releases.values()}
        whole = shutil.disk_usage(self._root)
        return DiskFacts(
            total=whole.total,
            free=whole.free,
            apps={name: taken_by(map(str, self._folders.of(name))) for name in snapshot.apps},
            bundles=sum(size for digest, size in stored if digest not in layers),
            layers=sum(size for digest, size in stored if digest in layers),
            unpacked=self._layers(),
            warning=warning(whole.free, whole.total),
        )

    def _layers(self) -> int:
        paths = [path for path in self._folders.layers.glob("*") if not path.name.startswith(".")]
        self._unpacked = {it.name: self._unpacked.get(it.name) or taken_by([str(it)]) for it in paths}
        return sum(self._unpacked.values())

    def _warn(self) -> None:
        """Once when it begins, and again whenever half of what was free is gone."""
        if not self._last.warning:
            self._warned = 0
        elif not self._warned or self._last.free < self._warned / 2:
            self._warned = max(1, self._last.free)
            log.warning("%s (%s)", self._last.warning, self._root)


def warning(free: int, total: int) -> str:
    """What to tell people; empty while there is room enough."""
    if free >= min(LOW, total * LOW_SHARE):
        return ""
    left = f"{format_size(free)} of {format_size(total)} are free"
    remedy = "Remove apps that are not needed, or what they have stored, or give the platform a larger disk"
    return f"The disk is nearly full: {left}. {remedy}"
