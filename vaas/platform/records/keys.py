"""Where each document lies in the config store: the one place that spells a key."""

from __future__ import annotations

ROOT = "/vaas"


def app(name: str) -> str:
    return f"{ROOT}/apps/{name}"


def release(app: str, number: int) -> str:
    # Zero-padded so that a listing comes in order of number.
    return f"{ROOT}/releases/{app}/{number:08d}"


def releases(app: str) -> str:
    return f"{ROOT}/releases/{app}/"


def outcome(app: str, number: int) -> str:
    return f"{ROOT}/outcomes/{app}/{number:08d}"


def outcomes(app: str) -> str:
    return f"{ROOT}/outcomes/{app}/"


def settings(app: str) -> str:
    return f"{ROOT}/settings/{app}"


def history(app: str, revision: int) -> str:
    return f"{ROOT}/history/{app}/{revision:08d}"


def histories(app: str) -> str:
    return f"{ROOT}/history/{app}/"


def removed(app: str, stamp: int) -> str:
    return f"{ROOT}/removed/{app}/{stamp:020d}"


def removals(app: str) -> str:
    return f"{ROOT}/removed/{app}/"


def trial(app: str) -> str:
    return f"{ROOT}/trials/{app}"


def run(app: str, number: int) -> str:
    return f"{ROOT}/runs/{app}/{number:08d}"


def runs(app: str) -> str:
    return f"{ROOT}/runs/{app}/"


def traffic(app: str) -> str:
    return f"{ROOT}/traffic/{app}"


def domain(name: str) -> str:
    return f"{ROOT}/domains/{name}"


def node(id: str) -> str:
    return f"{ROOT}/nodes/{id}"


def token(id: str) -> str:
    return f"{ROOT}/tokens/{id}"


def platform_history(revision: int) -> str:
    return f"{ROOT}/platform/history/{revision:08d}"


PLATFORM_SETTINGS = f"{ROOT}/platform/settings"
PLATFORM_HISTORY = f"{ROOT}/platform/history/"
APPS = f"{ROOT}/apps/"
RELEASES = f"{ROOT}/releases/"
OUTCOMES = f"{ROOT}/outcomes/"
SETTINGS = f"{ROOT}/settings/"
REMOVED = f"{ROOT}/removed/"
TRIALS = f"{ROOT}/trials/"
TRAFFIC = f"{ROOT}/traffic/"
DOMAINS = f"{ROOT}/domains/"
NODES = f"{ROOT}/nodes/"
TOKENS = f"{ROOT}/tokens/"
EVERYTHING = f"{ROOT}/"
