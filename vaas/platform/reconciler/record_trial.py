"""Records what became of settings on trial: they are in force, or the revision has failed, with the reason.

The first node to know writes it; a trial that has been replaced, or is over already, is left alone. Each returns the
store revision from which on it is known. Called by ``perform.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from vaas.platform.records import keys
from vaas.platform.records.documents import find, put, retrying
from vaas.platform.records.records import Trial, now
from vaas.platform.store.interface import Delete, Put, Store

Changes = Sequence[Put | Delete]


async def accept_trial(store: Store, app: str, revision: int) -> int:
    """The revision on trial is the settings now."""
    return await _decide(store, app, revision, lambda trial: [put(keys.settings(app), trial.settings)], over=True)


async def reject_trial(
    store: Store, app: str, revision: int, *, release: int, error: str, where: str, traceback: str
) -> int:
    """The revision on trial has failed: this release does not start with it. The settings stay as they are."""

    def changes(trial: Trial) -> Changes:
        failed = replace(
            trial, state="failed", release=release, error=error, where=where, traceback=traceback, at=now()
        )
        # One that is in force says so in the history; that it did not start is what the trial tells.
        marked = trial.settings if trial.at_once else replace(trial.settings, failed=error)
        return [put(keys.trial(app), failed), put(keys.history(app, revision), marked)]

    return await _decide(store, app, revision, changes, over=False)


async def _decide(store: Store, app: str, revision: int, changes: Callable[[Trial], Changes], *, over: bool) -> int:
    async def attempt() -> int:
        found = await find(store, keys.trial(app), Trial)
        if found is None:
            return 0
        if found.record.state != "starting" or found.record.settings.revision != revision:
            return found.revision
        ended = [Delete(found.key)] if over else []
        return await store.commit([*changes(found.record), *ended], [found.unchanged])

    return await retrying(attempt)
