"""Settings: reading them with their history, changing them, and taking a change back.

Every change names the revision it was made on; on any other it is refused with what has changed since.
What a change of grants means for waiting releases is decided in ``plans.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from msgspec.structs import replace

from vaas.core.errors import Conflict, NotFound
from vaas.platform.control.app_state import AppState, known_app, known_app_state
from vaas.platform.control.plans import plan_settings
from vaas.platform.control.settings_edit import edited, revised
from vaas.platform.manifest import grants
from vaas.platform.records import keys
from vaas.platform.records.documents import find_all, retrying
from vaas.platform.records.records import Grants, Settings, now
from vaas.platform.store.interface import Store

Edit = Callable[[AppState], Settings]
"""What the settings should become, given all that is known of the app."""


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


async def show_settings(store: Store, app: str) -> Settings:
    """Raises ``AppNotFound``."""
    return (await known_app_state(store, app)).current_settings()


async def history(store: Store, app: str) -> list[Settings]:
    """Every revision, newest first. Raises ``AppNotFound``."""
    await known_app(store, app)
    return [doc.record for doc in reversed(await find_all(store, keys.histories(app), Settings))]


async def change_settings(store: Store, app: str, changes: Mapping[str, object], read: int, by: str) -> Settings:
    """Sets or removes these dotted keys. ``read`` is the revision they were decided on.

    Raises ``AppNotFound``, ``SettingsChanged``, and what ``settings_edit.edited`` raises.
    """
    return await _commit(store, app, lambda state: edited(state.current_settings(), changes), by, read)


async def revert_settings(store: Store, app: str, to: int, read: int, by: str) -> Settings:
    """A new revision that says what revision ``to`` said. Raises ``RevisionNotFound`` and as ``change_settings``."""
    past = {settings.revision: settings for settings in await history(store, app)}

    def edit(state: AppState) -> Settings:
        if to not in past:
            raise RevisionNotFound(app=app, revision=to, newest=state.current_settings().revision)
        return past[to]

    return await _commit(store, app, edit, by, read, why=f"revert to {to}")


async def change_grants(store: Store, app: str, order: GrantOrder, by: str) -> Settings:
    """Gives and takes permissions; a release that waited for just these becomes the candidate.

    Raises ``AppNotFound``, ``ReleaseNotFound``, ``GrantInvalid``, ``NotGranted``.
    """
    grants.check(order.add)

    def edit(state: AppState) -> Settings:
        before = state.current_settings()
        granted = grants.add(grants.remove(app, before.grants, order.remove), order.add)
        if order.release is not None:
            granted = grants.add(granted, grants.asks(state.release(order.release).manifest.policy))
        return replace(before, grants=granted)

    return await _commit(store, app, edit, by)


async def _commit(store: Store, app: str, edit: Edit, by: str, read: int | None = None, why: str = "") -> Settings:
    async def attempt() -> Settings:
        state = await known_app_state(store, app)
        before = state.current_settings()
        if read is not None and read != before.revision:
            raise await _changed(store, before, read)
        after = revised(before, edit(state), by, now(), why)
        changes = plan_settings(state, after, after.at)
        if changes:
            await store.commit(changes, state.unchanged)
        return after

    return await retrying(attempt)


async def _changed(store: Store, settings: Settings, read: int) -> SettingsChanged:
    newer = [each for each in await history(store, settings.app) if each.revision > read]
    since = "; ".join(f"{each.change} (by {each.author}, revision {each.revision})" for each in reversed(newer))
    return SettingsChanged(
        app=settings.app, revision=settings.revision, read=read, since=since or "nothing", changes=newer
    )
