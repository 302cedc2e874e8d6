"""What the API answers with: records, joined and put in the words of people. Pure. Next: ``endpoints/``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from vaas.platform.control.app_state import AppState
from vaas.platform.records import records, traffic
from vaas.platform.records.records import Grants, Manifest, Outcome, Release, Role, Settings, Traffic, Trial

AppCondition = Literal["ready", "starting", "waiting", "failed", "not deployed yet", "broken", "quarantined"]
"""``ready``: a release answers. ``broken``: a document of it cannot be read. ``quarantined``: this
node cannot work on it. Otherwise what became of the newest
release, if there is one."""


SHOWN = 12
"""Digits of a layer's digest that the API tells: enough to see that two are the same."""

Condition = Literal["ready", "starting", "failed"]
"""Of a revision of the settings."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    pass


class ReleaseView(View, frozen=True, kw_only=True):
    """A release, what became of it, and how much of the traffic it has."""

    app: str
    number: int
    digest: str
    size: int
    layer: str
    """The first 12 digits of its layer's digest: who knows all of them may have an app of theirs read it."""
    manifest: Manifest
    created_at: datetime
    created_by: str
    message: str
    traffic: bool
    outcome: Outcome | None
    """None until it is known."""
    share: float
    """The part of the callers it answers: 0 to 1."""


class BrokenView(View, frozen=True, kw_only=True):
    """A document of the config store that cannot be read, and that all lists pass over."""

    key: str
    reason: str


class AppView(View, frozen=True, kw_only=True):
    name: str
    created_at: datetime | None
    """None: the document that says so is broken."""
    created_by: str
    releases: int
    """The number of the newest one."""
    traffic: Traffic
    state: AppCondition
    url: str
    """Where the gateway answers for it by path."""
    domains: list[str]
    broken: dict[str, str] = {}
    """By key of a document of it that cannot be read: why not."""
    quarantine: str = ""
    """Why this node does not work on it; empty: it does. What ran before goes on."""


class SettingsView(View, frozen=True, kw_only=True):
    """A revision of the settings, and what became of it."""

    app: str
    revision: int
    author: str
    at: datetime
    change: str
    grants: Grants
    env: dict[str, str]
    limits: dict[str, float]
    failed: str
    """Why it did not come into force; empty: it has, or may still."""
    state: Condition
    in_force: int
    """The revision that hosts have now."""
    trial: Trial | None
    """The newest revision, while it is tried, or if the app did not start with it."""


class AppDetail(AppView, frozen=True, kw_only=True):
    settings: Settings
    """In force."""
    trial: Trial | None
    """A newer revision, while it is tried, or if the app did not start with it."""
    release: ReleaseView | None
    """The newest."""


class RemovedView(View, frozen=True, kw_only=True):
    """An app that was removed and can be brought back."""

    app: str
    created_at: datetime
    removed_at: datetime
    removed_by: str
    releases: int


class TokenView(View, frozen=True, kw_only=True):
    """A token without its secret."""

    id: str
    name: str
    role: Role
    apps: list[str]
    created_at: datetime
    created_by: str


class WaitingGrant(View, frozen=True, kw_only=True):
    """A release that waits for what its app has not been granted."""

    app: str
    release: int
    grants: list[str]
    """What it waits for, one ``kind=pattern`` each."""
    denied: list[str]
    """Of those (or of what they come with) what this platform grants to no app."""
    deployed_by: str
    since: datetime
    message: str


class NewToken(TokenView, frozen=True, kw_only=True):
    token: str
    """The whole token: shown this once."""


class AppStatus(View, frozen=True, kw_only=True):
    """How one app fares on this node, now."""

    name: str
    release: int
    """Which answers most callers; 0: none."""
    state: AppCondition
    quarantine: str
    """Why this node does not work on it; empty: it does."""
    hosts: int
    workers: int
    stalled: int
    """Workers that do not answer a ping."""
    in_flight: int
    waiting: int
    calls: int
    errors: int
    """Calls that had no complete answer, or a 5xx."""
    errors_by_status: dict[int, int]
    """Of those, how many by the status that their caller was told."""
    disk: int = 0
    """Bytes on this node: what it has stored, and what its releases take without their layers."""


class PlatformView(View, frozen=True, kw_only=True):
    """For what packages are built."""

    version: str
    python: str
    """``3.12.1``."""
    platform: str
    """The system and its processor: ``linux-x86_64``."""


class DiskView(View, frozen=True, kw_only=True):
    """What takes this node's disk, in bytes; what each app does stands with the app."""

    total: int
    free: int
    bundles: int
    """In the bundle store; likewise the next."""
    layers: int
    """Packages that releases name."""
    unpacked: int
    """Layers on this node, unpacked and compiled, each once for all apps."""
    warning: str
    """That the disk is nearly full, and what to do; empty: it is not."""


class Status(View, frozen=True, kw_only=True):
    version: str
    node: str
    gateway: str
    console: str
    started_at: datetime
    apps: list[AppStatus]
    disk: DiskView
    broken: list[BrokenView] = []
    """Documents of the config store that cannot be read; of anything, not only of these apps."""


def release_view(release: Release, state: AppState, shares: Mapping[int, float] | None = None) -> ReleaseView:
    """``shares``: of all releases, where many are looked at."""
    share = (traffic.shares(state.current_traffic()) if shares is None else shares).get(release.number, 0.0)
    fields = {field: getattr(release, field) for field in Release.__struct_fields__}
    fields["layer"] = release.layer[:SHOWN]
    return ReleaseView(**fields, outcome=state.outcomes.get(release.number), share=share)


def settings_view(state: AppState, revision: Settings) -> SettingsView:
    fields = {field: getattr(revision, field) for field in Settings.__struct_fields__}
    trial = state.trial.record if state.trial else None
    condition: Condition = "failed" if revision.failed else "ready"
    if trial is not None and trial.settings.revision == revision.revision:
        condition, fields["failed"] = trial.state, trial.error
    return SettingsView(**fields, state=condition, in_force=state.settings_in_force().revision, trial=trial)


def app_state(current: Traffic, newest: Outcome | None, releases: int) -> AppCondition:
    if releases == 0:
        return "not deployed yet"
    if traffic.shares(current):
        return "ready"
    if newest is None or current.candidate:
        return "starting"
    return newest.state


def answering(current: Traffic) -> int:
    """The release that answers most callers, the newest of several; 0 if none does."""
    shares = traffic.shares(current)
    return max(shares, key=lambda number: (shares[number], number), default=0)


def token_view(token: records.Token) -> TokenView:
    return TokenView(**{field: getattr(token, field) for field in TokenView.__struct_fields__})
