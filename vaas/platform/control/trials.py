"""A revision of the settings, written so that a change that an app cannot start with is a failed revision. Pure.

Where a release answers and the change concerns it, the revision goes on trial (``records.Trial``): the nodes start the
release with it, and say what became of it (``platform/reconciler/record_trial.py``). What takes a permission away does
not wait for that. Used by ``plans.py``.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from vaas.core.policy import Policy
from vaas.platform.control.app_state import AppState
from vaas.platform.manifest import grants
from vaas.platform.records import bounds, keys, traffic
from vaas.platform.records.documents import put
from vaas.platform.records.records import Release, Settings, Trial
from vaas.platform.store.interface import Delete, Put

Changes = list[Put | Delete]


def enter(state: AppState, settings: Settings, at: datetime, *, force: bool = False) -> Changes:
    """What is written for that revision; with ``force`` it is in force whether or not the app starts with it."""
    written: Changes = [put(keys.history(state.name, settings.revision), settings), *_replaced(state, settings)]
    if (old := settings.revision - bounds.HISTORY.most) > 0:
        written.append(Delete(keys.history(state.name, old)))
    before = state.settings_in_force()
    if not any(_concerns(release, before, settings) for release in _answering(state)):
        over: Changes = [Delete(keys.trial(state.name))] if state.trial else []
        return [put(keys.settings(state.name), settings), *written, *over]
    at_once = force or takes_away(before, settings)
    trial = Trial(app=state.name, settings=settings, at_once=at_once, at=at)
    now: Changes = [put(keys.settings(state.name), settings)] if at_once else []
    return [put(keys.trial(state.name), trial), *now, *written]


def takes_away(before: Settings, after: Settings) -> bool:
    """Whether a permission is granted before and not after."""
    had = Policy(code=before.grants.code, permissions=before.grants.permissions)
    return not grants.allows(Policy(code=after.grants.code, permissions=after.grants.permissions), had)


def _answering(state: AppState) -> list[Release]:
    shares = traffic.shares(state.current_traffic())
    return [release for release in state.releases if release.number in shares]


def _concerns(release: Release, before: Settings, after: Settings) -> bool:
    """Whether hosts of that release are any different."""
    effective = grants.effective(release.manifest, before) != grants.effective(release.manifest, after)
    return effective or before.env != after.env


def _replaced(state: AppState, by: Settings) -> Changes:
    """The history of a revision that is not tried any more, for those who wait for what becomes of it."""
    pending = state.pending_trial()
    if pending is None or pending.at_once:
        return []
    reason = f"Revision {by.revision} came before it was known whether the app starts with this one."
    return [put(keys.history(state.name, pending.settings.revision), replace(pending.settings, failed=reason))]
