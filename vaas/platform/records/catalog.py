"""Catalog: the config store as an immutable snapshot in memory, so that no request and no plan waits for a store.

It lists, then watches from that listing's revision, and lists anew every so often, after the store has dropped old
changes (``Compacted``) and after any trouble: a watch that went stale is put right by the next listing. The last good
listing also lies on disk (``last_good.py``), so that a node starts and serves while the store is down.
What a snapshot is: ``snapshot.py``. Followed by ``platform/reconciler/reconciler.py``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from vaas.core.errors import Unavailable
from vaas.core.pace import Pace
from vaas.platform.records import keys
from vaas.platform.records.last_good import LastGood
from vaas.platform.records.snapshot import Snapshot, changes, fold
from vaas.platform.store.interface import Compacted, Entry, Event, Listing, Store, StoreUnavailable

RESYNC = 60.0
"""Seconds between full listings: how long a change that the watch has missed can stay unseen."""
MANY = 10_000
"""Documents, beyond which that takes longer, in proportion: reading them again takes the same part of the processor."""

PATIENCE = 5.0
"""Seconds the first listing may take before the node starts from disk: a store that hangs is as good as down."""

AT_ONCE = 64 * 1024
"""Bytes of documents that are read in one go, half a millisecond's worth; with so many for each, however small:"""
PER_DOCUMENT = 1024

RETRY = 1.0
"""Seconds between attempts while the store does not answer: short, because a listing is cheap."""

log = logging.getLogger(__name__)


class Subscription:
    """The names of apps that have changed since they were last taken, as an async iterator, within its ``with``."""

    def __init__(self, all_of_them: set[Subscription]) -> None:
        self._all = all_of_them
        self._pending: frozenset[str] = frozenset()
        self._news = asyncio.Event()

    def __enter__(self) -> Subscription:
        self._all.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._all.discard(self)

    def notify(self, names: frozenset[str]) -> None:
        # A set, not a queue: however slow the reader, it never holds more than each name once.
        self._pending |= names
        self._news.set()

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> frozenset[str]:
        await self._news.wait()
        self._news.clear()
        names, self._pending = self._pending, frozenset()
        return names


def missed(before: dict[str, Entry], now: dict[str, Entry], revision: int) -> list[Event]:
    """What a watch would have told that leads from the one to the other."""
    gone = [Event(key, None, revision) for key in before.keys() - now.keys()]
    return gone + [Event(*entry) for key, entry in now.items() if before.get(key) != entry]


async def folded(snapshot: Snapshot, events: Sequence[Event], revision: int) -> Snapshot:
    """``fold``, in short pieces: a store may hold many documents, and large ones."""
    pace, waiting, size = Pace(), list[Event](), 0
    for event in events:
        waiting.append(event)
        size += len(event.value or b"") + PER_DOCUMENT
        if size > AT_ONCE:
            snapshot, waiting, size = fold(snapshot, waiting, revision), [], 0
            await pace.rest()
    return fold(snapshot, waiting, revision)


def _missed_in(listing: Listing, before: dict[str, Entry]) -> tuple[list[Event], dict[str, Entry]]:
    now = {entry.key: entry for entry in listing.entries}
    return missed(before, now, listing.revision), now


class Catalog:
    def __init__(
        self, store: Store, file: Path, *, resync: float = RESYNC, patience: float = PATIENCE, retry: float = RETRY
    ) -> None:
        self._store = store
        self._last_good = LastGood(file)
        self._resync, self._patience, self._retry = resync, patience, retry
        self._entries: dict[str, Entry] = {}
        self._snapshot = Snapshot()
        self._subscriptions: set[Subscription] = set()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self.is_current = False
        """Whether the store itself has been listed; not while the node goes by what it had saved."""

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    @property
    def revision(self) -> int:
        """The store revision that the snapshot shows."""
        return self._snapshot.revision

    def subscribe(self) -> Subscription:
        """What changes once it is entered: ``with catalog.subscribe() as changed: async for names in changed: …``"""
        return Subscription(self._subscriptions)

    async def reached(self, revision: int) -> None:
        """Returns once the snapshot shows that store revision: who has committed waits here to see it."""
        if self.revision < revision:
            seen = asyncio.get_running_loop().create_future()
            self._waiting.append((revision, seen))
            await seen

    async def start(self) -> None:
        """Returns with a snapshot, the store's or the one on disk. Raises ``StoreUnavailable`` if there is neither."""
        listing: Listing | None = None
        try:
            async with asyncio.timeout(self._patience):
                listing = await self._store.scan(keys.EVERYTHING)
        except (Unavailable, TimeoutError) as error:
            await self._start_from_disk(str(error) or f"nothing came within {self._patience:g} s")
        else:
            await self._show(listing)
        self._task = asyncio.create_task(self._follow(listing))

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._last_good.close()

    async def _start_from_disk(self, reason: str) -> None:
        listing = await asyncio.to_thread(self._last_good.read)
        if listing is None:
            raise StoreUnavailable(reason=reason)
        log.warning("the config store does not answer, so this node starts from %s: %s", self._last_good.file, reason)
        self._snapshot = await folded(Snapshot(), [Event(*entry) for entry in listing.entries], listing.revision)

    async def _follow(self, listing: Listing | None) -> None:
        while True:
            try:
                await self._round(listing)
            except Unavailable as error:
                log.warning("the config store does not answer, the last snapshot stays in force: %s", error)
                await asyncio.sleep(self._retry)
            except Exception:
                log.exception("following the config store failed; it is listed anew")
                await asyncio.sleep(self._retry)
            listing = None

    async def _round(self, listing: Listing | None) -> None:
        """One listing and the watch from there on, until it is time for the next."""
        listing = listing or await self._list()
        try:
            async with asyncio.timeout(self._resync * max(1.0, len(self._entries) / MANY)):
                async for events in self._store.watch(keys.EVERYTHING, listing.revision):
                    await self._take(events)
        except (Compacted, TimeoutError):
            log.debug("the config store is listed anew")

    async def _list(self) -> Listing:
        return await self._show(await self._store.scan(keys.EVERYTHING))

    async def _show(self, listing: Listing) -> Listing:
        # Only what differs is read: nearly always nothing, and all of it may be much, to compare too.
        events, entries = await asyncio.to_thread(_missed_in, listing, self._entries)
        snapshot = await folded(self._snapshot if self._entries else Snapshot(), events, listing.revision)
        self._entries, self.is_current = entries, True
        self._adopt(snapshot)
        return listing

    async def _take(self, events: list[Event]) -> None:
        snapshot = await folded(self._snapshot, events, events[-1].revision)
        # Not before: if this is cancelled meanwhile, the next listing must find that something was missed.
        for key, value, revision in events:
            if value is None:
                self._entries.pop(key, None)
            else:
                self._entries[key] = Entry(key, value, revision)
        self._adopt(snapshot)

    def _adopt(self, snapshot: Snapshot) -> None:
        old, self._snapshot = self._snapshot, snapshot
        if names := changes(old, snapshot):
            # What is not about an app (a node's renewal, a token) is not kept on disk either.
            self._last_good.keep(Listing(list(self._entries.values()), snapshot.revision))
            for subscription in self._subscriptions:
                subscription.notify(names)
        self._release_waiting(snapshot.revision)

    def _release_waiting(self, revision: int) -> None:
        for wanted, seen in self._waiting:
            if wanted <= revision and not seen.done():
                seen.set_result(None)
        self._waiting = [(wanted, seen) for wanted, seen in self._waiting if not seen.done()]
