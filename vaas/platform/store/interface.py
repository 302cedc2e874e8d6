"""The config store's interface: what etcd, SQLite and the in-memory twin all do, and the contract suite demands.

One revision counter per store, raised by every commit. Implementations: ``memory.py``, ``sqlite.py``; chosen in
``platform/node/bootstrap.py`` alone. Watched by ``platform/records/catalog.py``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple, Protocol

from vaas.core.errors import Conflict, InvalidInput, Unavailable


class Entry(NamedTuple):
    key: str
    value: bytes
    revision: int
    """The store revision at which this key was last written."""


class Listing(NamedTuple):
    entries: list[Entry]
    """Sorted by key."""
    revision: int
    """The store revision this listing shows; watch from here to miss nothing."""


class Event(NamedTuple):
    key: str
    value: bytes | None
    """None: deleted."""
    revision: int


class Check(NamedTuple):
    """Holds if the key was last written at this revision; 0 means that it must not exist."""

    key: str
    revision: int


class Put(NamedTuple):
    key: str
    value: bytes
    ttl: float | None = None
    """Seconds until the key disappears unless it is renewed or put again; None: for ever."""


class Delete(NamedTuple):
    key: str


class RevisionMismatch(Conflict):
    """Another writer changed {key} meanwhile: it is at revision {actual}, you had read {expected}.
    Read it again and retry."""


class Compacted(Unavailable):
    """The store no longer keeps changes since revision {revision}. List again, then watch from there."""


class StoreUnavailable(Unavailable):
    """The config store does not answer: {reason}"""


class ChangedTwice(InvalidInput):
    """One commit changes {key} twice. Leave out the first of them."""


def check_distinct(changes: Sequence[Put | Delete]) -> None:
    """Raises ``ChangedTwice``: which of two changes is meant is not left to the order they come in."""
    seen: set[str] = set()
    for change in changes:
        if change.key in seen:
            raise ChangedTwice(key=change.key)
        seen.add(change.key)


class Store(Protocol):
    async def get(self, key: str) -> Entry | None: ...

    async def scan(self, prefix: str) -> Listing: ...

    async def commit(self, changes: Sequence[Put | Delete], checks: Sequence[Check] = ()) -> int:
        """All or nothing; returns the new store revision, or the old one if nothing has changed by it.

        Deleting what is not there changes nothing. Raises ``RevisionMismatch`` for the first failing check,
        ``ChangedTwice`` if a key is named by two changes, ``StoreUnavailable``.
        """
        ...

    async def renew(self, key: str) -> bool:
        """Begins the time to live of a key anew: a lease's heartbeat. It is no commit: nothing is written, the revision
        stays and no watcher wakes (in etcd: the lease is kept alive).

        False if no key with a time to live is there, or not any more: it has to be put again. Raises
        ``StoreUnavailable``.
        """
        ...

    def watch(self, prefix: str, after: int) -> AsyncIterator[list[Event]]:
        """Every change after that revision, in order; the changes of one commit come in one list.

        Ends only with its consumer. Raises ``Compacted`` if the changes are no longer kept, and ``StoreUnavailable``
        when the store is closed.
        """
        ...

    async def close(self) -> None: ...
