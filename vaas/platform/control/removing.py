"""Removing an app with all that belongs to it, bringing it back, and removing it for good.

What is removed lies for a week in one document (``records.Removed``); nodes set its data aside meanwhile
(``platform/reconciler/plan.py``).
"""

from __future__ import annotations

from vaas.core.errors import Conflict, NotFound
from vaas.platform.control.app_state import AppState, app_not_found, read_app_state
from vaas.platform.control.views import RemovedView
from vaas.platform.records import keys
from vaas.platform.records.documents import Found, absent, find_all, put, retrying
from vaas.platform.records.records import Domain, Removed, now, stamp
from vaas.platform.store.interface import Check, Delete, Put, Store

KEPT = 7 * 24 * 3600.0
"""Seconds for which a removed app is kept; counted anew when a store is restarted."""


class NothingRemoved(NotFound):
    """No removed app {app} is kept here. `vaas rm` lists those that are; each is for 7 days."""


class NameTaken(Conflict):
    """There is another app {app} by now, so the one that was removed cannot come back. Remove that one first."""


async def list_removed(store: Store) -> list[RemovedView]:
    """What was removed and is kept, the newest first."""
    found = [doc.record for doc in await find_all(store, keys.REMOVED, Removed)]
    found.sort(key=lambda removed: removed.removed_at, reverse=True)
    return [RemovedView(**{field: getattr(each, field) for field in RemovedView.__struct_fields__}) for each in found]


async def remove_app(store: Store, name: str, by: str, *, purge: bool = False) -> None:
    """Removes every document of the app in one transaction; nodes that see it stop the app. With ``purge`` nothing is
    kept of it, nor of any app of that name that was removed before.

    Raises ``AppNotFound``.
    """

    async def attempt() -> None:
        state = await read_app_state(store, name)
        kept = [doc.key for doc in await find_all(store, keys.removals(name), Removed)] if purge else []
        if state.app is None and not kept:
            raise await app_not_found(store, name)
        documents = await _documents(store, state) if state.app else {}
        runs = [entry.key for entry in (await store.scan(keys.runs(name))).entries]  # they end, and do not come back
        changes: list[Put | Delete] = [Delete(key) for key in (*documents, *kept, *runs)]
        if not purge:
            changes.append(_keep(state, documents, by))
        await store.commit(changes, state.unchanged)

    await retrying(attempt)


def _keep(state: AppState, documents: dict[str, str], by: str) -> Put:
    assert state.app is not None
    app = state.app.record
    removed = Removed(
        app=app.name,
        created_at=app.created_at,
        removed_at=now(),
        removed_by=by,
        releases=app.releases,
        documents=documents,
    )
    return put(keys.removed(app.name, stamp(app.created_at)), removed, ttl=KEPT)


async def restore_app(store: Store, name: str) -> None:
    """Brings back the app of that name that was removed last, as it was; without domains that lead elsewhere by now.

    Raises ``NothingRemoved``, ``NameTaken``.
    """

    async def attempt() -> None:
        removals = await find_all(store, keys.removals(name), Removed)
        if not removals:
            raise NothingRemoved(app=name)
        state = await read_app_state(store, name)
        if state.app is not None:
            raise NameTaken(app=name)
        newest = max(removals, key=lambda found: found.record.removed_at)
        changes, checks = await _back(store, newest)
        await store.commit(changes, [*state.unchanged, newest.unchanged, *checks])

    await retrying(attempt)


async def _back(store: Store, found: Found[Removed]) -> tuple[list[Put | Delete], list[Check]]:
    taken = {doc.key for doc in await find_all(store, keys.DOMAINS, Domain)}
    documents = {key: text for key, text in found.record.documents.items() if key not in taken}
    checks = [absent(key) for key in documents if key.startswith(keys.DOMAINS)]
    return [Delete(found.key), *(Put(key, text.encode()) for key, text in documents.items())], checks


async def _documents(store: Store, state: AppState) -> dict[str, str]:
    """By key, all that the store has of the app."""
    name = state.name
    single = [keys.app(name), keys.settings(name), keys.trial(name), keys.traffic(name)]
    entries = [await store.get(key) for key in single]
    for prefix in (keys.releases(name), keys.outcomes(name), keys.histories(name)):
        entries += (await store.scan(prefix)).entries
    domains = [doc.key for doc in await find_all(store, keys.DOMAINS, Domain) if doc.record.app == name]
    entries += [await store.get(key) for key in domains]
    return {entry.key: entry.value.decode() for entry in entries if entry is not None}
