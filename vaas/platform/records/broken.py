"""Broken documents: those that lie in the config store and that no reader takes, by key, with the reason.

An older version may have written one, or a hand. All lists pass them over (``documents.find_all``); here they are named
together, for ``GET /api/v1/status`` and ``GET /api/v1/broken``, and removed (``platform/control/broken.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from vaas.platform.records import keys, kinds
from vaas.platform.store.interface import Entry, Store


def why_broken(entry: Entry) -> str | None:
    """Why that document cannot be read; None if it can, or is of no kind that is known here."""
    if not kinds.prefix_of(entry.key):
        return None
    try:
        kinds.read(entry.key, entry.value)
    except kinds.Broken as reason:
        return str(reason)
    return None


def broken_among(entries: Iterable[Entry]) -> dict[str, str]:
    """By key, why not."""
    return {entry.key: reason for entry in entries if (reason := why_broken(entry)) is not None}


async def find_broken(store: Store) -> dict[str, str]:
    """Every broken document of the store. Decoded in a thread: a store may hold thousands."""
    listing = await store.scan(keys.EVERYTHING)
    return await asyncio.to_thread(broken_among, listing.entries)
