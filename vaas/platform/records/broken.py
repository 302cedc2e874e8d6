"""Broken documents: those that lie in the config store and that no reader takes, by key, with the reason.

An older version may have written one, or a hand. All lists pass them over (``documents.find_all``); here they are named
together, for ``GET /api/v1/status`` and ``GET /api/v1/broken``, and removed (``platform/control/broken.py``).
"""

from __future__ import annotations

from vaas.core.pace import paced
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


async def find_broken(store: Store) -> dict[str, str]:
    """Every broken document of the store."""
    listing = await store.scan(keys.EVERYTHING)
    found = [(entry.key, why_broken(entry)) async for entry in paced(listing.entries)]
    return {key: reason for key, reason in found if reason is not None}
