"""Typed reading and writing of the config store: every document passes ``records.py`` both ways.

A use-case reads ``Found`` documents, decides, and commits with their checks; ``retrying`` runs it again when another
writer was faster. Used by ``platform/auth/tokens.py`` and everything under ``control/``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

import msgspec

from vaas.core.errors import Unavailable
from vaas.platform.records import records
from vaas.platform.records.records import R
from vaas.platform.store.interface import Check, Compacted, Entry, Put, RevisionMismatch, Store

T = TypeVar("T")

ATTEMPTS = 20
"""How often a transaction is begun anew before its conflict is shown; each time it lost, another writer got through."""


class DocumentBroken(Unavailable):
    """The document {key} in the config store is not valid: {reason}.
    Put back a valid one, or remove it; a backup of the store has the last good one."""


class Found(NamedTuple, Generic[R]):
    """A document as it was read, with what is needed to change it safely."""

    record: R
    key: str
    revision: int
    """The store revision at which it was last written."""

    @property
    def unchanged(self) -> Check:
        return Check(self.key, self.revision)


def absent(key: str) -> Check:
    """Holds if nothing lies under that key."""
    return Check(key, 0)


def put(key: str, record: records.Record, ttl: float | None = None) -> Put:
    return Put(key, records.encode(record), ttl)


async def find(store: Store, key: str, kind: type[R]) -> Found[R] | None:
    """The document under that key, or None. Raises ``DocumentBroken``."""
    entry = await store.get(key)
    return None if entry is None else _read(entry, kind)


async def find_all(store: Store, prefix: str, kind: type[R]) -> list[Found[R]]:
    """Every document under that prefix, sorted by key. Raises ``DocumentBroken``."""
    listing = await store.scan(prefix)
    return [_read(entry, kind) for entry in listing.entries]


def _read(entry: Entry, kind: type[R]) -> Found[R]:
    try:
        return Found(records.decode(entry.value, kind), entry.key, entry.revision)
    except msgspec.DecodeError as error:
        raise DocumentBroken(key=entry.key, reason=error) from error


async def retrying(attempt: Callable[[], Awaitable[T]]) -> T:
    """Runs a read-decide-commit again, from its first read, each time a check of its commit fails."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await attempt()
        except RevisionMismatch:
            continue
    return await attempt()


async def until(store: Store, prefix: str, reached: Callable[[list[Entry]], bool]) -> None:
    """Returns as soon as ``reached`` holds of what lies under that prefix; looks again at each change alone."""
    while True:
        listing = await store.scan(prefix)
        if reached(listing.entries):
            return
        await _next_change(store, prefix, listing.revision)


async def _next_change(store: Store, prefix: str, after: int) -> None:
    changes = store.watch(prefix, after)
    try:
        with suppress(Compacted):  # the next listing shows what this one can no longer
            await anext(changes)
    finally:
        if isinstance(changes, AsyncGenerator):
            await changes.aclose()
