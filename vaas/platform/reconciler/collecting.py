"""Collecting: what no document names any more leaves the bundle store, and what no release here needs the disk.

Nothing goes before it has been without a name for ``GRACE``: an upload comes before the release that names it, and
a question for a bundle, or a deploy of it, makes its time begin anew (``bundles/interface.py``). Folders of releases
are removed by each app's own plan (``plan.py``), those of apps that nothing is known of here. A task of the node, put
together in ``node/bootstrap.py``.
"""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
from collections.abc import Iterable
from typing import Protocol

from vaas.core.background import Background
from vaas.core.errors import VaasError
from vaas.core.units import format_size
from vaas.platform.bundles.interface import Bundles
from vaas.platform.reconciler.folders import Folders
from vaas.platform.reconciler.layers import Layers
from vaas.platform.records import keys
from vaas.platform.store.interface import Entry, Store

EVERY = 600.0
"""Seconds between two collections."""

GRACE = 3600.0
"""Seconds without a name: far longer than from an upload to its release, and than a node is without a store."""

DIGEST = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")

log = logging.getLogger("vaas.node")


class Needed(Protocol):
    """What is needed on this node now: the reconciler says."""

    def layers(self) -> frozenset[str]:
        """The digests of layers."""
        ...

    def names(self) -> frozenset[str]:
        """The apps."""
        ...


class Collector(Background):
    def __init__(
        self,
        store: Store,
        bundles: Bundles,
        layers: Layers,
        folders: Folders,
        needed: Needed,
        *,
        every: float = EVERY,
        grace: float = GRACE,
    ) -> None:
        self._store, self._bundles, self._layers, self._folders = store, bundles, layers, folders
        self._needed = needed
        self._every, self._grace = every, grace

    async def collect(self) -> None:
        """Raises what the stores raise."""
        entries = (await self._store.scan(keys.EVERYTHING)).entries
        named = await asyncio.to_thread(named_in, entries)
        gone = await self._bundles.collect(named, self._grace)
        if gone:
            size = format_size(sum(size for _, size in gone))
            log.info("%d bundles and layers that nothing names were deleted: %s", len(gone), size)
        await self._layers.collect(self._needed.layers, self._grace)
        for path in self._folders.set_aside_unknown(self._needed.names()):
            await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.collect()
            except (VaasError, OSError) as error:
                log.warning("nothing could be collected, it is tried again in %g s: %s", self._every, error)


def named_in(entries: Iterable[Entry]) -> frozenset[str]:
    """Every digest that stands in these documents, those of removed apps and those that cannot be read among them: no
    digest is written there by another spelling."""
    return frozenset(found.decode() for entry in entries for found in DIGEST.findall(entry.value))
