"""Broken documents, for operators: which there are, and taking one out of the store by its key.

Only what cannot be read is removed so; what can be read has a command of its own. See ``platform/records/broken.py``.
"""

from __future__ import annotations

from vaas.core.errors import Conflict, NotFound
from vaas.platform.control.views import BrokenView
from vaas.platform.records.broken import find_broken, why_broken
from vaas.platform.store.interface import Check, Delete, Store


class DocumentNotFound(NotFound):
    """There is no document {key!r} in the config store. `vaas status` names those that are broken."""


class DocumentReadable(Conflict):
    """The document {key} is not broken, so it is not removed by its key. Change what it says with the command for
    that."""


async def list_broken(store: Store) -> list[BrokenView]:
    """By key."""
    return [BrokenView(key=key, reason=reason) for key, reason in sorted((await find_broken(store)).items())]


async def remove_broken(store: Store, key: str) -> None:
    """Raises ``DocumentNotFound``, ``DocumentReadable``."""
    entry = await store.get(key)
    if entry is None:
        raise DocumentNotFound(key=key)
    if why_broken(entry) is None:
        raise DocumentReadable(key=key)
    await store.commit([Delete(key)], [Check(key, entry.revision)])
