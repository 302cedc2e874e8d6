"""What a deploy, a grant or a change of settings writes: pure deciders. An ``AppState`` comes in, changes come out.

The rules of a release's life that the API keeps: one candidate at a time, a waiting release takes no traffic, what was
replaced before it was proven says so. The other half, from candidate to ready or failed, is each node's
(``platform/reconciler/reconciler.py``). Committed by ``releases.py`` and ``settings.py`` under ``AppState.unchanged``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec
from msgspec.structs import replace

from vaas.platform.control.app_state import AppState
from vaas.platform.control.settings_edit import first, revised
from vaas.platform.control.trials import Changes, enter
from vaas.platform.manifest import grants
from vaas.platform.records import bounds, keys
from vaas.platform.records.documents import put
from vaas.platform.records.names import Digest
from vaas.platform.records.records import App, Grants, Manifest, Outcome, Release, Settings, Traffic
from vaas.platform.store.interface import Delete


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deploy, as it is asked for."""

    digest: Digest
    """sha256 of a bundle that has been uploaded."""
    message: Annotated[str, bounds.most(bounds.MESSAGE)] = ""
    traffic: bool = True
    """Whether it takes over once it has started."""
    grant: bool = False
    """Grants the app all that this release asks for."""


class DeployPlan(NamedTuple):
    number: int
    """The release that answers the order: a new one, or the one that already has this bundle."""
    created: bool
    changes: Changes
    granted: Grants
    """What the app is granted with them."""


def plan_deploy(
    state: AppState, order: Order, manifest: Manifest, size: int, by: str, at: datetime, layer: str = ""
) -> DeployPlan:
    """``size`` is the bundle's, ``layer`` the digest of the one that it names."""
    settings = _settings_for(state, order, manifest, by, at)
    same = same_release(state, order)
    if same is not None:
        return DeployPlan(same.number, False, plan_settings(state, settings, at), settings.grants)
    release = replace(_release_for(state, order, manifest, size, by, at), layer=layer)
    changes: Changes = [
        put(keys.release(release.app, release.number), release),
        put(keys.app(release.app), _counted(state, release)),
    ]
    if settings != state.current_settings():
        changes += enter(state, settings, at)
    changes += _enter(state, release, settings.grants, at)
    return DeployPlan(release.number, True, changes, settings.grants)


def same_release(state: AppState, order: Order) -> Release | None:
    """The newest release that has not failed, if it is what this order would make."""
    candidate = state.current_traffic().candidate
    for release in state.releases:
        outcome = state.outcomes.get(release.number)
        alive = outcome.state != "failed" if outcome else release.number == candidate
        if alive:
            same = release.digest == order.digest and (release.traffic or not order.traffic)
            return release if same else None
    return None


def new_app(name: str, by: str, at: datetime) -> Changes:
    """An app that is not deployed yet. Raises ``AppNameInvalid``."""
    return [put(keys.app(name), App(name=name, created_at=at, created_by=by))]


def plan_settings(state: AppState, settings: Settings, at: datetime, *, force: bool = False) -> Changes:
    """A new revision of the settings, with what it means for releases that wait for a grant; nothing if it is none."""
    if settings == state.current_settings():
        return []
    return enter(state, settings, at, force=force) + _reconsider(state, settings.grants, at)


def _settings_for(state: AppState, order: Order, manifest: Manifest, by: str, at: datetime) -> Settings:
    before = state.current_settings()
    granted = grants.add(before.grants, grants.asks(manifest.policy)) if order.grant else before.grants
    if state.settings is None:
        return first(state.name, by, at, granted)
    return revised(before, replace(before, grants=granted), by, at, revision=state.next_revision)


def _release_for(state: AppState, order: Order, manifest: Manifest, size: int, by: str, at: datetime) -> Release:
    return Release(
        app=state.name,
        number=(state.app.record.releases if state.app else 0) + 1,
        digest=order.digest,
        size=size,
        manifest=manifest,
        created_at=at,
        created_by=by,
        message=order.message,
        traffic=order.traffic,
    )


def _counted(state: AppState, release: Release) -> App:
    if state.app is not None:
        return replace(state.app.record, releases=release.number)
    return App(name=release.app, created_at=release.created_at, created_by=release.created_by, releases=release.number)


def _enter(state: AppState, release: Release, granted: Grants, at: datetime) -> Changes:
    """A new release becomes the candidate in place of the one before it, or waits for what it has not been granted."""
    traffic = state.current_traffic()
    lack = grants.missing(release.manifest.policy, granted)
    if lack is not None:
        return [put(keys.traffic(release.app), traffic), *_wait(release, lack, at)]
    replaced = _replaced(state, traffic.candidate, release.number, at)
    return [*_candidate(traffic, release.number), *replaced]


def _replaced(state: AppState, candidate: int, by: int, at: datetime) -> Changes:
    """The outcome of a candidate that will not be started any more, for callers who wait for one."""
    if candidate == 0 or candidate in state.outcomes:
        return []
    error = f"Replaced by v{by} before it had started."
    outcome = Outcome(app=state.name, number=candidate, state="failed", error=error, at=at)
    return [put(keys.outcome(state.name, candidate), outcome)]


def _reconsider(state: AppState, granted: Grants, at: datetime) -> Changes:
    """Grants have changed: the candidate may have to wait now, and the newest waiting release may start."""
    traffic, changes = state.current_traffic(), Changes()
    if traffic.candidate:
        candidate = state.release(traffic.candidate)
        lack = grants.missing(candidate.manifest.policy, granted)
        if lack is not None:
            return [*_candidate(traffic, 0), *_wait(candidate, lack, at)]
    waiting = _newest_waiting(state, above=max(traffic.latest, traffic.candidate))
    if waiting is None:
        return changes
    lack = grants.missing(waiting.manifest.policy, granted)
    if lack is not None:
        return _wait(waiting, lack, at)
    return [
        *_candidate(traffic, waiting.number),
        *_replaced(state, traffic.candidate, waiting.number, at),
        Delete(keys.outcome(state.name, waiting.number)),
    ]


def _newest_waiting(state: AppState, above: int) -> Release | None:
    for release in state.releases:
        outcome = state.outcomes.get(release.number)
        if release.number > above and outcome is not None and outcome.state == "waiting":
            return release
    return None


def _candidate(traffic: Traffic, number: int) -> Changes:
    return [put(keys.traffic(traffic.app), replace(traffic, candidate=number))]


def _wait(release: Release, lack: Grants, at: datetime) -> Changes:
    outcome = Outcome(app=release.app, number=release.number, state="waiting", missing=lack, at=at)
    return [put(keys.outcome(release.app, release.number), outcome)]
