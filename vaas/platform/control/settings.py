"""Settings: reading them with their history, changing them, and taking a change back.

Every change names the revision it was made on; on any other it is refused with what has changed since.
What a change of grants means for waiting releases is decided in ``plans.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from vaas.core.errors import Conflict, NotFound
from vaas.core.pace import aside
from vaas.platform.auth.tokens import Identity
from vaas.platform.control.app_state import AppState, known_app, known_app_state, read_app_state
from vaas.platform.control.granting import check_gain
from vaas.platform.control.plans import new_app, plan_settings
from vaas.platform.control.settings_edit import edited, revised
from vaas.platform.control.views import SettingsView, settings_view
from vaas.platform.control.waiting import patience
from vaas.platform.manifest import grants
from vaas.platform.manifest.variables import allowed
from vaas.platform.records import keys
from vaas.platform.records.documents import find, find_all, read, retrying, until
from vaas.platform.records.records import Grants, Settings, Trial, now
from vaas.platform.store.interface import Entry, Store

Edit = Callable[[Settings, AppState], Settings]
"""What these settings should become, given all that is known of the app."""


class GrantOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which permissions to give and to take away."""

    add: Grants = Grants()
    remove: Grants = Grants()
    release: int | None = None
    """Adds all that this release asks for."""


class SettingsChanged(Conflict):
    """The settings of {app} are at revision {revision} by now, you had read {read}. Since then: {since}.
    Read them again, and repeat your change if it still makes sense."""


class RevisionNotFound(NotFound):
    """The settings of {app} have no revision {revision}; the newest is {newest}.
    `vaas settings {app} history` lists them."""


async def show_settings(store: Store, app: str) -> SettingsView:
    """What the next change is made on. Raises ``AppNotFound``."""
    state = await known_app_state(store, app)
    return settings_view(state, state.current_settings())


async def show_revision(store: Store, app: str, revision: int, wait: float = 0.0) -> SettingsView:
    """One revision; waits at most ``wait`` seconds until it is known whether the app starts with it.

    Raises ``AppNotFound``, ``RevisionNotFound``, ``WaitInvalid``.
    """
    await known_app(store, app)
    await _decided(store, app, revision, patience(wait))
    state = await known_app_state(store, app)
    found = await find(store, keys.history(app, revision), Settings) if revision > 0 else None
    if found is None:
        raise RevisionNotFound(app=app, revision=revision, newest=state.next_revision - 1)
    return settings_view(state, found.record)


async def _decided(store: Store, app: str, revision: int, seconds: float) -> None:
    key = keys.trial(app)

    def reached(entries: list[Entry]) -> bool:
        trials = [read(entry, Trial) for entry in entries if entry.key == key]
        return not any(trial.settings.revision == revision and trial.state == "starting" for trial in trials)

    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await until(store, key, reached)


async def history(store: Store, app: str) -> list[Settings]:
    """Every revision, newest first. Raises ``AppNotFound``."""
    await known_app(store, app)
    return [doc.record for doc in reversed(await find_all(store, keys.histories(app), Settings))]


async def change_settings(
    store: Store, app: str, changes: Mapping[str, object], read: int, who: Identity, force: bool = False
) -> SettingsView:
    """Sets or removes these dotted keys. ``read`` is the revision they were decided on; with ``force`` they are in
    force whether or not the app starts with them.

    Raises ``AppNotFound``, ``SettingsChanged``, and what ``settings_edit.edited`` raises.
    """
    return await _commit(store, app, lambda before, state: edited(before, changes), who, read=read, force=force)


async def revert_settings(
    store: Store, app: str, to: int, read: int, who: Identity, force: bool = False
) -> SettingsView:
    """A new revision that says what revision ``to`` said. Raises ``RevisionNotFound`` and as ``change_settings``."""
    past = {settings.revision: settings for settings in await history(store, app)}

    def edit(before: Settings, state: AppState) -> Settings:
        if to not in past:
            raise RevisionNotFound(app=app, revision=to, newest=state.current_settings().revision)
        return replace(past[to], env=allowed(past[to].env))  # an earlier version may have let in what none is given

    return await _commit(store, app, edit, who, read=read, force=force, why=f"revert to {to}")


async def change_grants(store: Store, app: str, order: GrantOrder, who: Identity) -> SettingsView:
    """Gives and takes permissions; a release that waited for just these becomes the candidate.

    Raises ``AppNotFound``, ``ReleaseNotFound``, ``GrantInvalid``, ``NotGranted``.
    """
    grants.check(order.add)

    def edit(before: Settings, state: AppState) -> Settings:
        granted = grants.add(grants.remove(app, before.grants, order.remove), order.add)
        if order.release is not None:
            granted = grants.add(granted, grants.asks(state.release(order.release).manifest.policy))
        return replace(before, grants=granted)

    # What takes a permission away is in force at once, so it is not made on what is only being tried.
    return await _commit(store, app, edit, who, on_trial=order.remove == Grants())


async def _commit(
    store: Store,
    app: str,
    edit: Edit,
    who: Identity,
    *,
    read: int | None = None,
    why: str = "",
    force: bool = False,
    on_trial: bool = True,
) -> SettingsView:
    """Makes the app if there is none yet: what is decided for it waits for its first deploy. ``on_trial``: the change
    is made on the settings on trial, if there are any."""

    async def attempt() -> int:
        state = await read_app_state(store, app)
        before = state.current_settings() if on_trial else state.settings_in_force()
        if read is not None and read != before.revision:
            raise await _changed(store, before, read)
        after = revised(before, edit(before, state), who.name, now(), why, state.next_revision)
        checks = await check_gain(store, who, app, before.grants, after.grants)
        changes = await aside(plan_settings, state, after, after.at, force=force) if after != before else []
        if state.app is None:
            changes += new_app(app, who.name, after.at if changes else now())
        if changes:
            await store.commit(changes, [*state.unchanged, *checks])
        return after.revision

    return await show_revision(store, app, await retrying(attempt))


async def _changed(store: Store, settings: Settings, read: int) -> SettingsChanged:
    newer = [each for each in await history(store, settings.app) if each.revision > read]
    since = "; ".join(f"{each.change} (by {each.author}, revision {each.revision})" for each in reversed(newer))
    return SettingsChanged(
        app=settings.app, revision=settings.revision, read=read, since=since or "nothing", changes=newer
    )
