"""LastGood: the last listing the store gave, kept on disk, so that a node starts and serves while the store is down.

Written in a thread, newest only: while one write is under way, any number of changes become the next one.
Kept and read by ``catalog.py``.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import msgspec

from vaas.core.undecodable import UNDECODABLE
from vaas.platform.records import keys
from vaas.platform.records.snapshot import OF_APPS
from vaas.platform.store import private
from vaas.platform.store.interface import Entry, Listing

KEPT = (*OF_APPS, keys.DOMAINS)
"""Prefixes of what is kept. Not nodes: they come and go by themselves. Not tokens: a revoked one must not come back."""

log = logging.getLogger(__name__)


class Document(msgspec.Struct, frozen=True, array_like=True):
    key: str
    value: bytes
    revision: int


class Saved(msgspec.Struct, frozen=True):
    """The file, msgpack: the documents just as the store gave them."""

    revision: int
    documents: list[Document]


_encode = msgspec.msgpack.Encoder().encode


def _head(revision: int, documents: int) -> bytes:
    """All of a ``Saved`` but its documents, which follow."""
    empty = _encode(Saved(revision, []))
    return empty[:-1] + b"\xdd" + documents.to_bytes(4, "big")  # array 32, in place of an empty one


class LastGood:
    def __init__(self, file: Path) -> None:
        self.file = file
        self._newest: Listing | None = None
        self._closing = False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def read(self) -> Listing | None:
        """What lies there; None if there is nothing that can be read."""
        try:
            saved = msgspec.msgpack.decode(self.file.read_bytes(), type=Saved)
        except FileNotFoundError:
            return None
        except (OSError, *UNDECODABLE) as error:
            log.warning("the saved catalog %s cannot be read and is passed over: %s", self.file, error)
            return None
        return Listing([Entry(doc.key, doc.value, doc.revision) for doc in saved.documents], saved.revision)

    def keep(self, listing: Listing) -> None:
        """Puts this in its place, soon. The listing must not be changed afterwards."""
        self._newest = listing
        self._wake.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Returns when the newest listing has been written."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._closing or self._newest is not None:
            if self._newest is None:
                await self._wake.wait()
            self._wake.clear()
            listing, self._newest = self._newest, None
            if listing is not None:
                await asyncio.to_thread(self._write, listing)

    def _write(self, listing: Listing) -> None:
        entries = [entry for entry in listing.entries if entry.key.startswith(KEPT)]
        part = self.file.with_suffix(".part")
        try:
            private.make(self.file.parent)
            # For its owner alone: settings hold what apps are given in their environment.
            with open(part, "wb", opener=private.opener) as stream:
                # Not in one step, which would keep all other threads from running for as long as it takes.
                stream.write(_head(listing.revision, len(entries)))
                stream.writelines(_encode(Document(*entry)) for entry in entries)
            part.replace(self.file)
        except OSError as error:
            log.warning("the catalog could not be saved; a start without the store would show older: %s", error)
