"""NodeLease: this node's own document in the config store, renewed while it runs and gone soon after it does not.

The reconcilers report each app's status (``app_reconciler.py``); any number of reports between two writes become one.
Without news nothing is written, and the lease alone is renewed: with thousands of apps the document is a megabyte. A
failed write is only logged: the next renewal repeats it, and the node goes on serving meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from time import monotonic

import msgspec
from msgspec.structs import replace

from vaas.core.errors import VaasError
from vaas.platform.records import keys
from vaas.platform.records.records import Node, ReleaseStatus
from vaas.platform.store.interface import Delete, Put, Store

TTL = 15.0
"""Seconds after which a node that has died without a word is no longer listed."""

REST = 10.0
"""Times as long as a write took until the next: a node that starts with thousands of apps has news all the time."""

log = logging.getLogger(__name__)

_encode = msgspec.json.Encoder().encode


def _part(app: str, releases: dict[int, ReleaseStatus]) -> bytes:
    return _encode(app) + b":" + _encode(releases)


class NodeLease:
    def __init__(self, store: Store, node: Node, ttl: float = TTL) -> None:
        self._node = node
        self._apps: dict[str, dict[int, ReleaseStatus]] = dict(node.apps)
        self._parts = {app: _part(app, releases) for app, releases in self._apps.items()}
        """Of each app what stands of it in the document: it is not encoded again for news of another."""
        self._written = False
        """Whether the document in the store says all that there is to say."""
        self._store = store
        self._ttl = ttl
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when the node is listed, or when the store has not taken it, which is tried again."""
        await self._write()
        self._task = asyncio.create_task(self._run())

    @property
    def node(self) -> Node:
        """As it is listed, or is about to be."""
        return replace(self._node, apps=dict(self._apps))

    def report(self, app: str, releases: dict[int, ReleaseStatus]) -> None:
        """Lists the status of an app's releases on this node; none: the app is no longer here."""
        if self._apps.get(app, {}) == releases:
            return
        if releases:
            self._apps[app] = releases
            self._parts[app] = _part(app, releases)
        else:
            del self._apps[app], self._parts[app]
        self._written = False
        self._news.set()

    async def close(self) -> None:
        """Takes the node off the list."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self._store.commit([Delete(keys.node(self._node.id))])
        except VaasError as error:
            log.warning("this node could not be taken off the list and will lapse by itself: %s", error)

    async def _run(self) -> None:
        while True:
            # Three renewals in the time of one lapse: losing one or two in a row does not unlist the node.
            with suppress(TimeoutError):  # not by ``wait_for``, which in Python 3.11 may swallow that we are cancelled
                async with asyncio.timeout(self._ttl / 3):
                    await self._news.wait()
            self._news.clear()
            began = monotonic()
            if not self._written or not await self._renew():
                await self._write()
            await asyncio.sleep(min(self._ttl / 6, REST * (monotonic() - began)))

    def _encoded(self) -> bytes:
        fields = msgspec.to_builtins(self._node)
        return _encode({**fields, "apps": msgspec.Raw(b"{" + b",".join(self._parts.values()) + b"}")})

    async def _renew(self) -> bool:
        """False if the document has to be written: it has lapsed, or the store does not answer, which a write tells."""
        try:
            return await self._store.renew(keys.node(self._node.id))
        except VaasError:
            return False

    async def _write(self) -> None:
        self._written = True  # but for reports that come meanwhile
        try:
            await self._store.commit([Put(keys.node(self._node.id), self._encoded(), self._ttl)])
        except VaasError as error:
            self._written = False
            log.warning("this node could not be listed: %s", error)
