"""Releases: deploying one, listing them, and waiting until it is known what became of one.

A deploy is recorded here and proven elsewhere: the nodes see the candidate and start it
(``platform/reconciler/reconciler.py``). What is written is decided in ``plans.py``."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from vaas.core.errors import InvalidInput
from vaas.core.pace import aside, paced
from vaas.platform.auth.tokens import Identity
from vaas.platform.bundles.interface import Bundles
from vaas.platform.control.app_state import known_app_state, read_app_state
from vaas.platform.control.contents import read_contents
from vaas.platform.control.granting import check_gain
from vaas.platform.control.plans import Order, plan_deploy
from vaas.platform.control.views import ReleaseView, release_view
from vaas.platform.control.waiting import patience
from vaas.platform.records import keys, traffic
from vaas.platform.records.documents import read, retrying, until
from vaas.platform.records.records import Outcome, now
from vaas.platform.store.interface import Entry, Store


class NameDiffers(InvalidInput):
    """The bundle's manifest says that it is {manifest}, but it was deployed as {app}. Deploy it as {manifest}, or
    change `name` in vaas.toml."""


class Deployed(msgspec.Struct, frozen=True):
    created: bool
    """False: the app has this very bundle as its newest release."""
    release: ReleaseView
    may_grant: bool
    """Whether who deployed it may also grant what it waits for."""


async def deploy(store: Store, bundles: Bundles, app: str, order: Order, who: Identity) -> Deployed:
    """Records a release of an uploaded bundle, making the app if it is its first. It is granted what it asks for, if so
    ordered by someone who may; else it waits for what it lacks.

    Raises ``NameDiffers``, ``GrantDenied``, and what ``read_contents`` raises.
    """
    may_grant = who.may("grant", app)
    order = replace(order, grant=order.grant and may_grant)
    manifest, size, layer = await read_contents(bundles, order.digest, app)
    if manifest.name != app:
        raise NameDiffers(app=app, manifest=manifest.name)

    async def attempt() -> tuple[int, bool]:
        state = await read_app_state(store, app)
        plan = await aside(plan_deploy, state, order, manifest, size, who.name, now(), layer)
        checks = await check_gain(store, who, app, state.current_settings().grants, plan.granted)
        if plan.changes:
            await store.commit(plan.changes, [*state.unchanged, *checks])
        return plan.number, plan.created

    number, created = await retrying(attempt)
    return Deployed(created, await show_release(store, app, number), may_grant)


async def list_releases(store: Store, app: str) -> list[ReleaseView]:
    """Newest first. Raises ``AppNotFound``."""
    state = await known_app_state(store, app, to_look=True)
    shares = traffic.shares(state.current_traffic())
    return [release_view(release, state, shares) async for release in paced(state.releases)]


async def show_release(store: Store, app: str, number: int, wait: float = 0.0) -> ReleaseView:
    """One release; waits at most ``wait`` seconds until its outcome is known.

    Raises ``AppNotFound``, ``ReleaseNotFound``, ``WaitInvalid``.
    """
    seconds = patience(wait)
    state = await known_app_state(store, app, to_look=True)
    release = state.release(number)
    if seconds > 0:
        await _settled(store, keys.outcome(app, number), seconds)
        state = await known_app_state(store, app, to_look=True)
    return release_view(release, state)


async def _settled(store: Store, key: str, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await until(store, key, lambda entries: any(_is_known(entry) for entry in entries))


def _is_known(entry: Entry) -> bool:
    return read(entry, Outcome).state != "starting"
