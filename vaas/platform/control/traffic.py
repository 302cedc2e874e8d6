"""Traffic: which release answers, and going back to the one before. Its rules: ``platform/records/traffic.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec.structs import replace

from vaas.core.errors import Conflict
from vaas.platform.control.app_state import AppState, known_app_state
from vaas.platform.control.views import answering
from vaas.platform.records import keys, traffic
from vaas.platform.records.documents import put, retrying
from vaas.platform.records.records import Sticky, Traffic, Weights
from vaas.platform.store.interface import Store


class TrafficOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who shall answer."""

    mode: Literal["latest", "lock", "weights"]
    lock: int = 0
    """With ``lock``: the release that answers every caller."""
    weights: Weights = {}
    """With ``weights``: how much of the traffic each release gets; any numbers from 0 upwards."""
    sticky: Sticky = ""
    """``cookie``, ``header:NAME``, or empty."""


class ReleaseNotReady(Conflict):
    """v{release} of {app} cannot answer: it is {state}. `vaas releases {app}` says why."""


class NothingBefore(Conflict):
    """{app} has no release that started before {now}, so there is nothing to roll back to.
    `vaas rollback {app} vN` goes to a release of your choice."""


async def show_traffic(store: Store, app: str) -> Traffic:
    """Raises ``AppNotFound``."""
    return (await known_app_state(store, app)).current_traffic()


async def change_traffic(store: Store, app: str, order: TrafficOrder) -> Traffic:
    """Raises ``AppNotFound``, ``ReleaseNotReady``, and what ``traffic.check`` raises."""

    def decide(state: AppState) -> Traffic:
        return replace(
            state.current_traffic(),
            mode=order.mode,
            lock=order.lock if order.mode == "lock" else 0,
            weights=order.weights if order.mode == "weights" else {},
            sticky=order.sticky,
        )

    return await _commit(store, app, decide)


async def roll_back(store: Store, app: str, release: int | None) -> Traffic:
    """Locks the traffic to that release; None is the one that was ready before the one that answers now.

    Raises ``AppNotFound``, ``TrafficMissesRelease``, ``ReleaseNotReady``, ``NothingBefore``.
    """

    def decide(state: AppState) -> Traffic:
        target = _before(state) if release is None else release
        return replace(state.current_traffic(), mode="lock", lock=target, weights={})

    return await _commit(store, app, decide)


def _before(state: AppState) -> int:
    now = answering(state.current_traffic())
    earlier = [number for number in state.ready if number < now]
    if not earlier:
        raise NothingBefore(app=state.name, now=f"v{now}" if now else "now")
    return max(earlier)


async def _commit(store: Store, app: str, decide: Callable[[AppState], Traffic]) -> Traffic:
    async def attempt() -> Traffic:
        state = await known_app_state(store, app)
        wanted = decide(state)
        _check(state, wanted)
        await store.commit([put(keys.traffic(app), wanted)], state.unchanged)
        return wanted

    return await retrying(attempt)


def _check(state: AppState, wanted: Traffic) -> None:
    traffic.check(wanted, {release.number for release in state.releases})
    for number in traffic.shares(wanted):
        outcome = state.outcomes.get(number)
        if number not in state.ready and number != wanted.latest:
            raise ReleaseNotReady(app=state.name, release=number, state=outcome.state if outcome else "starting")
