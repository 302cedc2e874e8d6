"""The config store in memory: for tests, and for ``vaas dev``. Gone when the process is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from vaas.platform.store.feed import HISTORY, Feed
from vaas.platform.store.interface import Check, Delete, Entry, Event, Listing, Put, RevisionMismatch, check_distinct


class MemoryStore:
    """A dict with a revision. Nothing awaits between a check and the change that depends on it."""

    def __init__(self, history: int = HISTORY) -> None:
        self._entries: dict[str, Entry] = {}
        self._revision = 0
        self._feed = Feed(0, self.commit, history)

    async def get(self, key: str) -> Entry | None:
        self._feed.check_open()
        return self._entries.get(key)

    async def scan(self, prefix: str) -> Listing:
        self._feed.check_open()
        found = sorted(entry for key, entry in self._entries.items() if key.startswith(prefix))
        return Listing(found, self._revision)

    async def commit(self, changes: Sequence[Put | Delete], checks: Sequence[Check] = ()) -> int:
        self._feed.check_open()
        check_distinct(changes)
        for check in checks:
            self._check(check)
        events = [event for change in changes if (event := self._apply(change, self._revision + 1))]
        if events:
            self._revision += 1
            self._feed.publish(changes, events)
        return self._revision

    async def renew(self, key: str) -> bool:
        return self._feed.renew(key)

    def watch(self, prefix: str, after: int) -> AsyncIterator[list[Event]]:
        return self._feed.watch(prefix, after)

    async def close(self) -> None:
        await self._feed.close()

    def _check(self, check: Check) -> None:
        entry = self._entries.get(check.key)
        actual = entry.revision if entry else 0
        if actual != check.revision:
            raise RevisionMismatch(key=check.key, actual=actual, expected=check.revision)

    def _apply(self, change: Put | Delete, revision: int) -> Event | None:
        if isinstance(change, Put):
            self._entries[change.key] = Entry(change.key, change.value, revision)
            return Event(change.key, change.value, revision)
        if self._entries.pop(change.key, None) is None:
            return None
        return Event(change.key, None, revision)

    def __repr__(self) -> str:
        return f"<MemoryStore of {len(self._entries)} keys, {self._feed!r}>"
