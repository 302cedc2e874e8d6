"""Kinds: which record lies under which key, and why a document cannot be read. Pure.

A document is broken if it does not decode, or if it is another one's: its record belongs under another key. Used by
``snapshot.py``, which goes on without it, and by ``documents.py`` and ``broken.py``, which name it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from vaas.core.undecodable import UNDECODABLE
from vaas.platform.records import keys, records
from vaas.platform.records.records import (
    App,
    Domain,
    Node,
    Outcome,
    PlatformSettings,
    Record,
    Release,
    Removed,
    Run,
    Settings,
    Token,
    Traffic,
    Trial,
    stamp,
)


class Broken(ValueError):
    """Why a document cannot be read."""


class Kind(NamedTuple):
    """What lies under one prefix of keys."""

    type: type[Record]
    key: Callable[[Any], str]
    """Where a record of this kind belongs."""


KINDS: dict[str, Kind] = {
    keys.APPS: Kind(App, lambda app: keys.app(app.name)),
    keys.SETTINGS: Kind(Settings, lambda settings: keys.settings(settings.app)),
    keys.REMOVED: Kind(Removed, lambda removed: keys.removed(removed.app, stamp(removed.created_at))),
    keys.TRIALS: Kind(Trial, lambda trial: keys.trial(trial.app)),
    keys.TRAFFIC: Kind(Traffic, lambda traffic: keys.traffic(traffic.app)),
    keys.RELEASES: Kind(Release, lambda release: keys.release(release.app, release.number)),
    keys.OUTCOMES: Kind(Outcome, lambda outcome: keys.outcome(outcome.app, outcome.number)),
    keys.HISTORY: Kind(Settings, lambda settings: keys.history(settings.app, settings.revision)),
    keys.RUNS: Kind(Run, lambda run: keys.run(run.app, run.number)),
    keys.DOMAINS: Kind(Domain, lambda domain: keys.domain(domain.domain)),
    keys.NODES: Kind(Node, lambda node: keys.node(node.id)),
    keys.TOKENS: Kind(Token, lambda token: keys.token(token.id)),
    keys.PLATFORM_HISTORY: Kind(PlatformSettings, lambda settings: keys.platform_history(settings.revision)),
    keys.PLATFORM_SETTINGS: Kind(PlatformSettings, lambda settings: keys.PLATFORM_SETTINGS),
}
"""By prefix; the last one by its only key."""


def prefix_of(key: str) -> str:
    """The key of ``KINDS`` that it belongs to; empty if it is of no kind."""
    if key == keys.PLATFORM_SETTINGS or key.startswith(keys.PLATFORM_HISTORY):
        return keys.PLATFORM_SETTINGS if key == keys.PLATFORM_SETTINGS else keys.PLATFORM_HISTORY
    prefix = "/".join(key.split("/", 3)[:3]) + "/"
    return prefix if prefix in KINDS else ""


def read(key: str, value: bytes) -> Record:
    """The record under a key of one of ``KINDS``. Raises ``Broken``."""
    kind = KINDS[prefix_of(key)]
    try:
        record = records.decode(value, kind.type)
    except UNDECODABLE as error:
        raise Broken(f"not a valid document: {error}") from error
    if (belongs := kind.key(record)) != key:
        raise Broken(f"this document belongs under {belongs}")
    return record
