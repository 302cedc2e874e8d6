"""Tools: what deploys are done with on this node. Made once by ``platform/node/bootstrap.py``; handed on by
``reconciler.py`` to each app's ``app_reconciler.py``, and used by ``perform.py`` and ``leaving.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from vaas.framework.serving.service import FACTORY
from vaas.platform.bundles.interface import Bundles
from vaas.platform.gateway.routing import PoolsLike, Routing
from vaas.platform.reconciler.bring import Unpack
from vaas.platform.reconciler.folders import Folders
from vaas.platform.reconciler.layers import Layers
from vaas.platform.reconciler.local import LocalOf, nothing_local
from vaas.platform.records.catalog import Catalog
from vaas.platform.store.interface import Store

HEAVY = 4
"""Bundles fetched, verified and unpacked at once on one node, so that many deploys do not starve what runs."""


async def _nothing(app: str) -> None:
    """Where no logs are kept."""


@dataclass(frozen=True)
class Tools:
    """What deploys are done with on this node; made once by ``platform/node/bootstrap.py``."""

    store: Store
    bundles: Bundles
    catalog: Catalog
    pools: PoolsLike
    routing: Routing
    folders: Folders
    layers: Layers
    unpack: Unpack
    environ: Mapping[str, str] = field(default_factory=dict)
    """The node's own environment, of which an app sees what it is granted."""
    service: str = FACTORY
    debug: bool = False
    local: LocalOf = nothing_local
    forget_logs: Callable[[str], Awaitable[None]] = _nothing
    """Deletes the log of an app that has been removed."""
    logged: Callable[[], frozenset[str]] = frozenset
    """The apps that have a log here."""
    forget_counts: Callable[[str], Awaitable[None]] = _nothing
    """Ends the commands that run in a removed app, and drops what was counted of it."""
    heavy: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HEAVY))
