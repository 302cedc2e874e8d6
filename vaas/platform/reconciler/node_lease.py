"""NodeLease: this node's own document in the config store, renewed while it runs and gone soon after it does not.

The reconcilers report each app's status (``app_reconciler.py``); any number of reports between two writes become one.
A failed write is only logged: the next renewal repeats it, and the node goes on serving meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from msgspec.structs import replace

from vaas.core.errors import VaasError
from vaas.platform.records import keys
from vaas.platform.records.documents import put
from vaas.platform.records.records import Node, ReleaseStatus
from vaas.platform.store.interface import Delete, Store

TTL = 15.0
"""Seconds after which a node that has died without a word is no longer listed."""

log = logging.getLogger(__name__)


class NodeLease:
    def __init__(self, store: Store, node: Node, ttl: float = TTL) -> None:
        self.node = node
        self._store = store
        self._ttl = ttl
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when the node is listed, or when the store has not taken it, which is tried again."""
        await self._write()
        self._task = asyncio.create_task(self._run())

    def report(self, app: str, releases: dict[int, ReleaseStatus]) -> None:
        """Lists the status of an app's releases on this node; none: the app is no longer here."""
        apps = {name: status for name, status in self.node.apps.items() if name != app}
        apps |= {app: releases} if releases else {}
        if apps != self.node.apps:
            self.node = replace(self.node, apps=apps)
            self._news.set()

    async def close(self) -> None:
        """Takes the node off the list."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self._store.commit([Delete(keys.node(self.node.id))])
        except VaasError as error:
            log.warning("this node could not be taken off the list and will lapse by itself: %s", error)

    async def _run(self) -> None:
        while True:
            # Three renewals in the time of one lapse: losing one or two in a row does not unlist the node.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self._ttl / 3)
            self._news.clear()
            await self._write()

    async def _write(self) -> None:
        try:
            await self._store.commit([put(keys.node(self.node.id), self.node, self._ttl)])
        except VaasError as error:
            log.warning("this node could not be listed: %s", error)
