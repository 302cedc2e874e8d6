"""Snapshot: all that the config store says, decoded, in memory and immutable; and how events make the next one.

Pure: listings and events in, snapshots out. A document that cannot be read spoils only what it belongs to: its app is
quarantined with the reason, and the others go on. What lies under a name that no app can have is passed over: names
become folders. Kept current by ``catalog.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from vaas.platform.records import keys, kinds
from vaas.platform.records.names import is_app_name
from vaas.platform.records.records import App, Domain, Outcome, Record, Release, Removed, Settings, Traffic, Trial
from vaas.platform.store.interface import Event


@dataclass(frozen=True, slots=True)
class AppRecords:
    """The documents of one app. Its dicts are never changed, only replaced."""

    name: str
    app: App | None = None
    """None: the app has been removed, or never was."""
    settings: Settings | None = None
    traffic: Traffic | None = None
    releases: dict[int, Release] = field(default_factory=dict)
    """By number."""
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """By number; a release without one has not been proven yet."""
    broken: dict[str, str] = field(default_factory=dict)
    """By key of a document that cannot be read: why not. While there is one, nothing is changed for this app."""
    trial: Trial | None = None
    removed: dict[int, Removed] = field(default_factory=dict)
    """Apps of this name that were removed and are kept, by when they were made (``records.stamp``)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the store held at one revision. Its dicts are never changed, only replaced."""

    revision: int = 0
    apps: dict[str, AppRecords] = field(default_factory=dict)
    """Every app of which there is a document."""
    domains: dict[str, Domain] = field(default_factory=dict)
    """Those whose document can be read."""


OF_APPS = {
    keys.APPS: "app",
    keys.SETTINGS: "settings",
    keys.REMOVED: "removed",
    keys.TRIALS: "trial",
    keys.TRAFFIC: "traffic",
    keys.RELEASES: "releases",
    keys.OUTCOMES: "outcomes",
}
"""By prefix of keys: which field of ``AppRecords`` has what lies there."""

_KEY = re.compile(rf"({keys.ROOT}/\w+/)([^/]+)(?:/([0-9]+))?")
"""Prefix, name and, where there are several for one app, number."""


def fold(snapshot: Snapshot, events: Iterable[Event], revision: int) -> Snapshot:
    """The snapshot after these events, which lead to that revision. Keys of other kinds are passed over."""
    domains = dict(snapshot.domains)
    apps: dict[str, dict[str, Any]] = {}
    for event in events:
        if not (match := _KEY.fullmatch(event.key)):
            continue
        prefix, name, number = match.groups()
        if prefix in OF_APPS and is_app_name(name):
            if name not in apps:
                apps[name] = _fields(snapshot.apps.get(name, AppRecords(name)))
            _apply(apps[name], OF_APPS[prefix], int(number) if number else None, event)
        elif prefix == keys.DOMAINS and not number:
            record, _ = _read(event)
            _set(domains, name, record)
    return Snapshot(revision, _merged(snapshot.apps, apps), domains)


def changes(old: Snapshot, new: Snapshot) -> frozenset[str]:
    """The names of the apps that differ: in a document of theirs, or in the domains that lead to them."""
    apps = {name for name, _, _ in _differences(old.apps, new.apps)}
    domains = {d.app for _, *pair in _differences(old.domains, new.domains) for d in pair if d is not None}
    return frozenset(apps | domains)


def _differences(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    if old is new:
        return []
    pairs = ((name, old.get(name), new.get(name)) for name in old.keys() | new.keys())
    return [(name, before, after) for name, before, after in pairs if before is not after and before != after]


def _fields(of: AppRecords) -> dict[str, Any]:
    """Its fields, with dicts copied, so that they may be changed."""
    values = {name: getattr(of, name) for name in AppRecords.__slots__}
    return {name: dict(value) if isinstance(value, dict) else value for name, value in values.items()}


def _apply(fields: dict[str, Any], field: str, place: str | int | None, event: Event) -> None:
    """Puts what the event says into the field of its kind: at that place of a dict, or as the field itself."""
    if isinstance(fields[field], dict) == (place is None):
        return  # no key of ours has this shape
    record, reason = _read(event)
    _set(fields["broken"], event.key, reason)
    if place is None:
        fields[field] = record
    else:
        _set(fields[field], place, record)


def _set(table: dict[Any, Any], place: str | int, value: object) -> None:
    if value is None:
        table.pop(place, None)
    else:
        table[place] = value


def _read(event: Event) -> tuple[Record | None, str | None]:
    """The record, or why there is none; neither if it was deleted."""
    if event.value is None:
        return None, None
    try:
        return kinds.read(event.key, event.value), None
    except kinds.Broken as reason:
        return None, str(reason)


def _merged(old: dict[str, AppRecords], new: dict[str, dict[str, Any]]) -> dict[str, AppRecords]:
    """``old`` itself if nothing is new: most commits, a node's renewal above all, are about no app."""
    if not new:
        return old
    merged = old | {name: AppRecords(**fields) for name, fields in new.items()}
    for name in new:
        if merged[name] == AppRecords(name):
            del merged[name]
    return merged
