"""What happens in a local store after a commit: watchers wake, and keys with a time to live are looked after.

Both ``memory.py`` and ``sqlite.py`` have one of these; etcd does it by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from vaas.platform.store.changelog import ChangeLog
from vaas.platform.store.interface import Delete, Event, Put, StoreUnavailable
from vaas.platform.store.leases import Commit, Leases

HISTORY = 16 * 1024 * 1024
"""Bytes of changes kept for watchers: one that was held up for minutes reads on, and the platform stays small."""


class Feed:
    """Belongs to one event loop's thread."""

    def __init__(self, revision: int, commit: Commit, history: int) -> None:
        self._log = ChangeLog(revision, history)
        self._leases = Leases(commit)
        self._sleepers: set[asyncio.Future[None]] = set()
        self._closed = False

    def publish(self, changes: Sequence[Put | Delete], events: Sequence[Event]) -> None:
        """Tells of one commit: what was asked for, and what has changed by it."""
        self._log.append(events)
        self._leases.note(changes, self._log.revision)
        self._wake()

    def remember(self, puts: Sequence[Put], revision: int) -> None:
        """Tells of keys that were put, with a time to live, before the store was opened."""
        self._leases.note(puts, revision)

    def renew(self, key: str) -> bool:
        self.check_open()
        return self._leases.renew(key)

    async def watch(self, prefix: str, after: int) -> AsyncIterator[list[Event]]:
        while True:
            self.check_open()
            events, after = self._log.first(prefix, after)
            if events:
                yield events
            else:
                await self._next_commit()

    def check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable(reason="it is closed.")

    async def close(self) -> None:
        """Wakes every watcher, which ends with ``StoreUnavailable``."""
        self._closed = True
        self._wake()
        await self._leases.close()

    @property
    def watchers(self) -> int:
        """How many wait right now."""
        return len(self._sleepers)

    def _wake(self) -> None:
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)

    async def _next_commit(self) -> None:
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.add(sleeper)
        try:
            await sleeper
        finally:
            self._sleepers.discard(sleeper)

    def __repr__(self) -> str:
        return f"<Feed at {self._log.revision}, {self.watchers} watching>"
