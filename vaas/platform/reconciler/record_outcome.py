"""Records a candidate's outcome in the config store, in one transaction with the traffic that it changes.

The first node to know writes it; a candidate that has been replaced, or has an outcome already, is left alone.
Called by ``perform.py``.
"""

from __future__ import annotations

from msgspec.structs import replace

from vaas.platform.records import keys
from vaas.platform.records.documents import find, put, retrying
from vaas.platform.records.records import Outcome, Traffic
from vaas.platform.store.interface import Store


async def record_outcome(store: Store, outcome: Outcome, *, latest: bool) -> int:
    """Records the outcome of the candidate, and makes it ``latest`` if so asked.

    Returns the store revision from which on it is no longer the candidate.
    """

    async def attempt() -> int:
        found = await find(store, keys.traffic(outcome.app), Traffic)
        if found is None or found.record.candidate != outcome.number:
            return found.revision if found else 0
        moved = replace(found.record, candidate=0, latest=outcome.number if latest else found.record.latest)
        changes = [put(keys.outcome(outcome.app, outcome.number), outcome), put(found.key, moved)]
        return await store.commit(changes, [found.unchanged])

    return await retrying(attempt)
