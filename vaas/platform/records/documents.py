"""Typed reading and writing of the config store: every document passes ``records.py`` both ways.

A list passes over what cannot be read, and says what that was. A use-case reads ``Found`` documents, decides, and
commits with their checks; ``retrying`` runs it again when another writer was faster. Used by
``platform/auth/tokens.py`` and everything under ``control/``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Generic, NamedTuple, TypeVar, cast

from vaas.core.errors import Unavailable
from vaas.core.pace import paced
from vaas.platform.records import kinds, records
from vaas.platform.records.records import R
from vaas.platform.store.interface import Check, Compacted, Entry, Put, RevisionMismatch, Store

T = TypeVar("T")

ATTEMPTS = 20
"""How often a transaction is begun anew before its conflict is shown; each time it lost, another writer got through."""


class DocumentBroken(Unavailable):
    """The document {key} in the config store is not valid: {reason}.
    Put back a valid one from a backup of the store, or remove it: `vaas rm {key}`."""


PASSED_OVER: ContextVar[dict[str, str] | None] = ContextVar("PASSED_OVER", default=None)
"""Where lists note what they pass over, by key, if anyone wants to know:
``platform/control/auth_middleware.py`` does."""


class Found(NamedTuple, Generic[R]):
    """A document as it was read, with what is needed to change it safely."""

    record: R
    key: str
    revision: int
    """The store revision at which it was last written."""

    @property
    def unchanged(self) -> Check:
        return Check(self.key, self.revision)


class Documents(list[Found[R]]):
    """What a listing has found, and what it had to pass over."""

    def __init__(self, found: list[Found[R]], broken: dict[str, str]) -> None:
        super().__init__(found)
        self.broken = broken
        """By key of a document that cannot be read: why not."""


def absent(key: str) -> Check:
    """Holds if nothing lies under that key."""
    return Check(key, 0)


def put(key: str, record: records.Record, ttl: float | None = None) -> Put:
    return Put(key, records.encode(record), ttl)


async def find(store: Store, key: str, kind: type[R]) -> Found[R] | None:
    """The document under that key, or None. Raises ``DocumentBroken``."""
    entry = await store.get(key)
    return None if entry is None else Found(read(entry, kind), entry.key, entry.revision)


async def find_all(store: Store, prefix: str, kind: type[R]) -> Documents[R]:
    """Every document under that prefix that can be read, sorted by key; the others are in ``broken``."""
    found, broken = list[Found[R]](), dict[str, str]()
    async for entry in paced((await store.scan(prefix)).entries):
        try:
            found.append(_found(entry, kind))
        except kinds.Broken as reason:
            broken[entry.key] = str(reason)
    _note(broken)
    return Documents(found, broken)


async def find_if_readable(store: Store, key: str, kind: type[R]) -> tuple[Found[R] | None, dict[str, str]]:
    """The document under that key; None if there is none or it cannot be read, which the table then says."""
    try:
        return await find(store, key, kind), {}
    except DocumentBroken as broken:
        note_broken(broken)
        return None, {key: str(broken.facts["reason"])}


def note_broken(broken: DocumentBroken) -> None:
    """It was passed over, too."""
    _note({str(broken.facts["key"]): str(broken.facts["reason"])})


def _note(broken: dict[str, str]) -> None:
    if broken and (noted := PASSED_OVER.get()) is not None:
        noted.update(broken)


def read(entry: Entry, kind: type[R]) -> R:
    """The record of that entry. Raises ``DocumentBroken``."""
    try:
        return _found(entry, kind).record
    except kinds.Broken as reason:
        raise DocumentBroken(key=entry.key, reason=reason) from reason


def _found(entry: Entry, kind: type[R]) -> Found[R]:
    return Found(cast(R, kinds.read(entry.key, entry.value)), entry.key, entry.revision)


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
