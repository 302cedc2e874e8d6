"""The newest changes of a local store, kept within a bound, for watchers to read at their own pace.

A watcher holds a revision and nothing else: it reads on from there, so a slow one costs no memory and one that went
away leaves nothing behind. Used by ``feed.py``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from vaas.platform.store.interface import Compacted, Event

EVENT_COST = 200
"""Bytes that an event takes beside its key and value: three objects and a tuple, measured on CPython 3.11."""


class ChangeLog:
    """The commits after revision ``start``, oldest first, in at most ``limit`` bytes; the newest is always kept."""

    def __init__(self, start: int, limit: int) -> None:
        self._start = start
        self._limit = limit
        self._size = 0
        self._commits: deque[Sequence[Event]] = deque()

    @property
    def revision(self) -> int:
        return self._start + len(self._commits)

    def append(self, events: Sequence[Event]) -> None:
        """Adds the changes of one commit, which raised the store's revision by one."""
        self._commits.append(events)
        self._size += _size(events)
        while self._size > self._limit and len(self._commits) > 1:
            self._size -= _size(self._commits.popleft())
            self._start += 1

    def first(self, prefix: str, after: int) -> tuple[list[Event], int]:
        """The changes under that prefix of the first commit after that revision that has any, and its revision.

        No changes, and the newest revision, when there is none. Raises ``Compacted`` if they are no longer kept, or if
        the store has never been at that revision (it was put back from a backup).
        """
        if not self._start <= after <= self.revision:
            raise Compacted(revision=after)
        for position in range(after - self._start, len(self._commits)):
            events = self._commits[position]
            found = [event for event in events if event.key.startswith(prefix)]
            if found:
                return found, events[0].revision
        return [], self.revision


def _size(events: Sequence[Event]) -> int:
    return sum(len(event.key) + len(event.value or b"") + EVENT_COST for event in events)
