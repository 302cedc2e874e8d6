"""Where each document lies in the config store: the one place that spells a key.

Each function raises ``AppNameInvalid`` or ``KeyInvalid`` for a name that no document can have, so that a part of a
request never leads elsewhere.
"""

from __future__ import annotations

import re

from vaas.platform.records.names import DOMAIN, ID, KeyInvalid, app_name

ROOT = "/vaas"


def _part(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise KeyInvalid(part=text)
    return text


def app(name: str) -> str:
    return f"{ROOT}/apps/{app_name(name)}"


def release(app: str, number: int) -> str:
    # Zero-padded so that a listing comes in order of number.
    return f"{ROOT}/releases/{app_name(app)}/{number:08d}"


def releases(app: str) -> str:
    return f"{ROOT}/releases/{app_name(app)}/"


def outcome(app: str, number: int) -> str:
    return f"{ROOT}/outcomes/{app_name(app)}/{number:08d}"


def outcomes(app: str) -> str:
    return f"{ROOT}/outcomes/{app_name(app)}/"


def settings(app: str) -> str:
    return f"{ROOT}/settings/{app_name(app)}"


def history(app: str, revision: int) -> str:
    return f"{ROOT}/history/{app_name(app)}/{revision:08d}"


def histories(app: str) -> str:
    return f"{ROOT}/history/{app_name(app)}/"


def removed(app: str, stamp: int) -> str:
    return f"{ROOT}/removed/{app_name(app)}/{stamp:020d}"


def removals(app: str) -> str:
    return f"{ROOT}/removed/{app_name(app)}/"


def trial(app: str) -> str:
    return f"{ROOT}/trials/{app_name(app)}"


def run(app: str, number: int) -> str:
    return f"{ROOT}/runs/{app_name(app)}/{number:08d}"


def runs(app: str) -> str:
    return f"{ROOT}/runs/{app_name(app)}/"


def traffic(app: str) -> str:
    return f"{ROOT}/traffic/{app_name(app)}"


def domain(name: str) -> str:
    return f"{ROOT}/domains/{_part(name, DOMAIN)}"


def node(id: str) -> str:
    return f"{ROOT}/nodes/{_part(id, ID)}"


def token(id: str) -> str:
    return f"{ROOT}/tokens/{_part(id, ID)}"


def platform_history(revision: int) -> str:
    return f"{ROOT}/platform/history/{revision:08d}"


PLATFORM_SETTINGS = f"{ROOT}/platform/settings"
PLATFORM_HISTORY = f"{ROOT}/platform/history/"
APPS = f"{ROOT}/apps/"
RELEASES = f"{ROOT}/releases/"
OUTCOMES = f"{ROOT}/outcomes/"
HISTORY = f"{ROOT}/history/"
RUNS = f"{ROOT}/runs/"
SETTINGS = f"{ROOT}/settings/"
REMOVED = f"{ROOT}/removed/"
TRIALS = f"{ROOT}/trials/"
TRAFFIC = f"{ROOT}/traffic/"
DOMAINS = f"{ROOT}/domains/"
NODES = f"{ROOT}/nodes/"
TOKENS = f"{ROOT}/tokens/"
EVERYTHING = f"{ROOT}/"

ONE_OF_APP = (APPS, SETTINGS, TRIALS, TRAFFIC)
"""Under each of these an app has one document, ..."""
MANY_OF_APP = (RELEASES, OUTCOMES, HISTORY, RUNS)
"""... and under each of these one for each number."""


def app_of(key: str) -> str | None:
    """The name, which may be none that an app can have, whose document lies there; None for one of no app."""
    for prefix in (*ONE_OF_APP, *MANY_OF_APP, REMOVED):
        if key.startswith(prefix):
            rest = key.removeprefix(prefix)
            return rest if prefix in ONE_OF_APP else rest.rpartition("/")[0]
    return None
