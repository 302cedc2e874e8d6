"""Traffic: which release answers, and going back to the one before. Its rules: ``platform/records/traffic.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec.structs import replace

from vaas.core.errors import Conflict, PreconditionFailed
from vaas.platform.control.app_state import AppState, known_app, known_app_state
from vaas.platform.control.views import answering
from vaas.platform.records import keys, traffic
from vaas.platform.records.documents import find, put, retrying
from vaas.platform.records.records import Sticky, Traffic, Weights
from vaas.platform.store.interface import Store

Matched = frozenset[int] | None


class TrafficOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who shall answer."""

    mode: Literal["latest", "lock", "weights"]
    lock: int = 0
    """With ``lock``: the release that answers every caller."""
    weights: Weights = {}
    """With ``weights``: how much of the traffic each release gets; any numbers from 0 upwards."""
    sticky: Sticky = ""
    """``cookie``, ``header:NAME``, or empty."""
    revision: int | None = None
    """The revision that you have read; None: whatever it is by now."""


class TrafficChanged(Conflict):
    """The traffic of {app} is at revision {revision} by now, you had read {read}: someone has decided since that
    {decided}. Read it again (`vaas traffic {app}`), and repeat your change if it still makes sense."""


class TrafficNotMatched(PreconditionFailed):
    """The traffic of {app} is at revision {revision}, and `If-Match` names {read}. Read it again, and repeat your
    change if it still makes sense."""


class ReleaseNotReady(Conflict):
    """v{release} of {app} cannot answer: it is {state}. `vaas releases {app}` says why."""


class NothingBefore(Conflict):
    """{app} has no release that started before {now}, so there is nothing to roll back to.
    `vaas rollback {app} vN` goes to a release of your choice."""


async def show_traffic(store: Store, app: str) -> Traffic:
    """Raises ``AppNotFound``, ``DocumentBroken``."""
    await known_app(store, app)
    found = await find(store, keys.traffic(app), Traffic)
    return found.record if found else Traffic(app=app)


async def change_traffic(store: Store, app: str, order: TrafficOrder, matched: Matched = None) -> Traffic:
    """``matched``: the revisions for which the caller would have it done; None: for any.

    Raises ``AppNotFound``, ``ReleaseNotReady``, ``TrafficChanged``, ``TrafficNotMatched``, and what ``traffic.check``
    raises.
    """

    def decide(state: AppState) -> Traffic:
        return replace(
            state.current_traffic(),
            mode=order.mode,
            lock=order.lock if order.mode == "lock" else 0,
            weights=order.weights if order.mode == "weights" else {},
            sticky=order.sticky,
        )

    return await _commit(store, app, decide, order.revision, matched)


async def roll_back(
    store: Store, app: str, release: int | None, read: int | None = None, matched: Matched = None
) -> Traffic:
    """Locks the traffic to that release; None is the one that was ready before the one that answers now. ``read`` is
    the revision that this was decided on.

    Raises ``TrafficMissesRelease``, ``NothingBefore``, and as ``change_traffic``.
    """

    def decide(state: AppState) -> Traffic:
        target = _before(state) if release is None else release
        return replace(state.current_traffic(), mode="lock", lock=target, weights={})

    return await _commit(store, app, decide, read, matched)


def _before(state: AppState) -> int:
    now = answering(state.current_traffic())
    earlier = [number for number in state.ready if number < now]
    if not earlier:
        raise NothingBefore(app=state.name, now=f"v{now}" if now else "now")
    return max(earlier)


async def _commit(
    store: Store, app: str, decide: Callable[[AppState], Traffic], read: int | None, matched: Matched
) -> Traffic:
    async def attempt() -> Traffic:
        state = await known_app_state(store, app)
        before = state.current_traffic()
        _check_revision(before, read, matched)
        wanted = decide(state)
        _check(state, wanted)
        if wanted != before:
            wanted = replace(wanted, revision=before.revision + 1)
            await store.commit([put(keys.traffic(app), wanted)], state.unchanged)
        return wanted

    return await retrying(attempt)


def _check_revision(now: Traffic, read: int | None, matched: Matched) -> None:
    if read is not None and read != now.revision:
        raise TrafficChanged(app=now.app, revision=now.revision, read=read, decided=_told(now))
    if matched is not None and now.revision not in matched:
        named = ", ".join(map(str, sorted(matched))) or "no revision of it"
        raise TrafficNotMatched(app=now.app, revision=now.revision, read=named)


def _told(traffic: Traffic) -> str:
    if traffic.mode == "weights":
        parts = (f"v{number}={weight:g}" for number, weight in sorted(traffic.weights.items()))
        return f"it is split: {' '.join(parts)}"
    return f"v{traffic.lock} answers" if traffic.mode == "lock" else "the newest release answers"


def _check(state: AppState, wanted: Traffic) -> None:
    traffic.check(wanted, {release.number for release in state.releases})
    for number in traffic.shares(wanted):
        outcome = state.outcomes.get(number)
        if number not in state.ready and number != wanted.latest:
            raise ReleaseNotReady(app=state.name, release=number, state=outcome.state if outcome else "starting")
