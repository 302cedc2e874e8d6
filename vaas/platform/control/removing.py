"""Removing an app with all that belongs to it, bringing it back, and removing it for good.

What is removed lies for a week in one document (``records.Removed``); nodes set its data aside meanwhile
(``platform/reconciler/plan.py``). The tokens of its owners and deployers are no longer for it (``app_tokens.py``).
"""

from __future__ import annotations

from datetime import datetime

from vaas.core.errors import Conflict, NotFound
from vaas.core.pace import aside
from vaas.platform.control.app_state import app_not_found, read_app_state
from vaas.platform.control.app_tokens import of_app, with_app, without_app
from vaas.platform.control.views import RemovedView
from vaas.platform.records import keys
from vaas.platform.records.broken import why_broken
from vaas.platform.records.documents import Found, absent, find, find_all, put, read, retrying
from vaas.platform.records.names import is_app_name
from vaas.platform.records.records import App, Domain, Removed, Token, now, stamp
from vaas.platform.store.interface import Check, Delete, Entry, Put, Store

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
    kept of it, nor of any app of that name that was removed before. What cannot be read goes, too, and is not kept;
    the name may be one that no app can have.

    Raises ``AppNotFound``.
    """

    async def attempt() -> None:
        entries = await _entries_of(store, name)
        kept = [entry.key for entry in (await store.scan(f"{keys.REMOVED}{name}/")).entries] if purge else []
        if not entries and not kept:
            raise await app_not_found(store, name)
        at, tokens = now(), of_app(await find_all(store, keys.TOKENS, Token), name) if entries else []
        changes: list[Put | Delete] = [Delete(key) for key in (*(entry.key for entry in entries), *kept)]
        changes += [without_app(token, name, at) for token in tokens]
        # In a thread: an app may have thousands of releases.
        removed = None if purge else await aside(_kept, name, entries, tokens, by, at)
        changes += [removed] if removed else []
        await store.commit(changes, [*_unchanged(name, entries), *(token.unchanged for token in tokens)])

    await retrying(attempt)


def _kept(name: str, entries: list[Entry], tokens: list[Found[Token]], by: str, at: datetime) -> Put | None:
    """What brings the app back; None if what says which app it was cannot be read. Runs end, and do not come back."""
    readable = {entry.key: entry for entry in entries if why_broken(entry) is None}
    if not is_app_name(name) or keys.app(name) not in readable:
        return None
    app = read(readable[keys.app(name)], App)
    removed = Removed(
        app=app.name,
        created_at=app.created_at,
        removed_at=at,
        removed_by=by,
        releases=app.releases,
        documents={key: entry.value.decode() for key, entry in readable.items() if not key.startswith(keys.RUNS)},
        tokens=[token.record.id for token in tokens],
    )
    return put(keys.removed(app.name, stamp(app.created_at)), removed, ttl=KEPT)


def _unchanged(name: str, entries: list[Entry]) -> list[Check]:
    """As ``AppState.unchanged``: holds until the next deploy, setting or switch of the app."""
    revisions = {entry.key: entry.revision for entry in entries}
    return [Check(key, revisions.get(key, 0)) for key in (prefix + name for prefix in keys.ONE_OF_APP)]


async def _entries_of(store: Store, name: str) -> list[Entry]:
    """All that the store has under that name, whether it can be read or not, and the domains that lead there."""
    entries = [await store.get(prefix + name) for prefix in keys.ONE_OF_APP]
    for prefix in keys.MANY_OF_APP:
        entries += (await store.scan(f"{prefix}{name}/")).entries
    domains = [doc.key for doc in await find_all(store, keys.DOMAINS, Domain) if doc.record.app == name]
    entries += [await store.get(key) for key in domains]
    return [entry for entry in entries if entry is not None]


async def restore_app(store: Store, name: str) -> None:
    """Brings back the app of that name that was removed last, as it was; without domains that lead elsewhere by now,
    and without tokens that were revoked since.

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
    removed = found.record
    tokens = [await find(store, keys.token(id), Token) for id in removed.tokens]
    given = [(token, again) for token in tokens if token and (again := with_app(token, removed.app))]
    taken = {doc.key for doc in await find_all(store, keys.DOMAINS, Domain)}
    documents = {key: text for key, text in removed.documents.items() if key not in taken}
    checks = [absent(key) for key in documents if key.startswith(keys.DOMAINS)]
    checks += [token.unchanged for token, _ in given]
    changes: list[Put | Delete] = [Delete(found.key), *(again for _, again in given)]
    return [*changes, *(Put(key, text.encode()) for key, text in documents.items())], checks
