"""AppState: all that the config store holds of one app, read at once, so that a decision sees the whole.

``plans.py`` decides on it without any I/O; a use-case commits the plan under ``AppState.unchanged``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from vaas.core.errors import NotFound
from vaas.core.nearest import nearest
from vaas.platform.control.settings_edit import unset
from vaas.platform.records import keys
from vaas.platform.records.documents import DocumentBroken, Found, absent, find, find_all, find_if_readable
from vaas.platform.records.names import is_app_name
from vaas.platform.records.records import App, Outcome, Release, Removed, Settings, Traffic, Trial
from vaas.platform.store.interface import Check, Store


class AppNotFound(NotFound):
    """There is no app {app} here{nearest}. `vaas apps` lists what there is; `vaas deploy` makes a new one."""


class ReleaseNotFound(NotFound):
    """{app} has no release v{release}. `vaas releases {app}` lists what it has."""


class AppState(NamedTuple):
    name: str
    app: Found[App] | None
    settings: Found[Settings] | None
    traffic: Found[Traffic] | None
    releases: list[Release]
    """Newest first."""
    outcomes: dict[int, Outcome]
    """By release number; a release without one has not been proven yet."""
    trial: Found[Trial] | None = None
    broken: Mapping[str, str] = MappingProxyType({})
    """By key of a document that cannot be read: why not."""

    @property
    def unchanged(self) -> list[Check]:
        """Holds until the next deploy, setting or switch of this app. Raises ``DocumentBroken``: while a document
        cannot be read, nothing is changed, for no node would act on it.

        Releases are written together with the app, outcomes together with the traffic or the settings, so these
        stand for all.
        """
        for key, reason in self.broken.items():
            raise DocumentBroken(key=key, reason=reason)
        found = {keys.app: self.app, keys.settings: self.settings, keys.traffic: self.traffic, keys.trial: self.trial}
        return [doc.unchanged if doc else absent(key(self.name)) for key, doc in found.items()]

    @property
    def ready(self) -> set[int]:
        """The releases that have started once, so that they may answer."""
        return {number for number, outcome in self.outcomes.items() if outcome.state == "ready"}

    def release(self, number: int) -> Release:
        """Raises ``ReleaseNotFound``."""
        for release in self.releases:
            if release.number == number:
                return release
        raise ReleaseNotFound(app=self.name, release=number)

    def settings_in_force(self) -> Settings:
        """Revision 0 before anything was decided."""
        return self.settings.record if self.settings else unset(self.name)

    def pending_trial(self) -> Trial | None:
        """The revision of which it is not known yet whether the app starts with it."""
        return self.trial.record if self.trial and self.trial.record.state == "starting" else None

    def current_settings(self) -> Settings:
        """What the next change is made on: the settings on trial, or those in force."""
        pending = self.pending_trial()
        return pending.settings if pending else self.settings_in_force()

    @property
    def next_revision(self) -> int:
        tried = self.trial.record.settings.revision if self.trial else 0
        return max(tried, self.settings_in_force().revision) + 1

    def current_traffic(self) -> Traffic:
        return self.traffic.record if self.traffic else Traffic(app=self.name)


async def read_app_state(store: Store, app: str, *, to_look: bool = False) -> AppState:
    """Of an app that may not exist yet. ``to_look``: what cannot be read is left out, and named in ``broken``; else it
    is an error, but for releases and outcomes.

    Raises ``AppNameInvalid``, ``DocumentBroken``.
    """
    # Those that are checked come first: what is read after them is never older than they are.
    found = await find(store, keys.app(app), App)
    settings, no_settings = await find_if_readable(store, keys.settings(app), Settings)
    traffic, no_traffic = await find_if_readable(store, keys.traffic(app), Traffic)
    trial, no_trial = await find_if_readable(store, keys.trial(app), Trial)
    singles = {**no_settings, **no_traffic, **no_trial}
    for key, reason in singles.items() if not to_look else ():
        raise DocumentBroken(key=key, reason=reason)
    releases = await find_all(store, keys.releases(app), Release)
    outcomes = await find_all(store, keys.outcomes(app), Outcome)
    newest_first = [doc.record for doc in reversed(releases)]
    by_number = {doc.record.number: doc.record for doc in outcomes}
    return AppState(
        app, found, settings, traffic, newest_first, by_number, trial, {**singles, **releases.broken, **outcomes.broken}
    )


async def known_app_state(store: Store, app: str, *, to_look: bool = False) -> AppState:
    """Of an app that must exist. Raises ``AppNotFound`` and as ``read_app_state``."""
    if not is_app_name(app):
        raise await app_not_found(store, app)
    state = await read_app_state(store, app, to_look=to_look)
    if state.app is None:
        raise await app_not_found(store, app)
    return state


async def known_app(store: Store, app: str) -> Found[App]:
    """Raises ``AppNotFound``."""
    found = await find(store, keys.app(app), App) if is_app_name(app) else None
    if found is None:
        raise await app_not_found(store, app)
    return found


async def app_not_found(store: Store, app: str) -> AppNotFound:
    if is_app_name(app) and await find_all(store, keys.removals(app), Removed):
        return AppNotFound(app=app, nearest=f" any more (`vaas rm {app} --undo` brings it back)")
    names = [doc.record.name for doc in await find_all(store, keys.APPS, App)]
    near = nearest(app, names)
    return AppNotFound(app=app, nearest=f" (did you mean {near}?)" if near else "")
