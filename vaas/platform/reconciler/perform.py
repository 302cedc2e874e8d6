"""Perform: does one step for one app on this node, and knows what is here of it. The plan decides, this obeys.

Every step may be done twice, or cut short and done again: files come into being beside their place and are moved there
whole. What lasts (files, hashes, unpacking) runs in threads. Steps: ``steps.py``. Called by ``app_reconciler.py``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from msgspec import Raw

from vaas.core.errors import VaasError
from vaas.core.spec import HostSpec
from vaas.framework.http.wire_heads import RpcHead, encode
from vaas.platform.gateway.routing import AppRoute, PoolLike
from vaas.platform.reconciler import bring
from vaas.platform.reconciler import steps as do
from vaas.platform.reconciler.leaving import Leaving
from vaas.platform.reconciler.record_outcome import record_outcome
from vaas.platform.reconciler.record_trial import accept_trial, reject_trial
from vaas.platform.reconciler.specs import host_spec
from vaas.platform.reconciler.steps import Failure, Here, PoolState, Route, short
from vaas.platform.reconciler.tools import Tools
from vaas.platform.records.records import Outcome, Release, Settings, State, now
from vaas.platform.records.snapshot import AppRecords
from vaas.platform.records.traffic import shares

NO_METHOD = Raw(encode(RpcHead(method="")))
"""The head of the probe."""


class ProbeFailed(VaasError):
    """v{release} has started, but it does not answer: {reason}"""


log = logging.getLogger(__name__)


@dataclass(slots=True)
class OpenPool:
    number: int
    spec: HostSpec
    pool: PoolLike
    started: bool = False
    proven: bool = False


class Performer:
    """One app on this node."""

    def __init__(self, name: str, tools: Tools, wake: Callable[[], None]) -> None:
        """``wake`` is called when something that was begun has ended by itself."""
        self.name = name
        self.failures: dict[int, Failure] = {}
        self.seconds: dict[int, dict[str, float]] = {}
        """How long the steps of each release took."""
        self._tools = tools
        self._wake = wake
        self._folders = tools.folders
        self._leaving = Leaving(name, tools)
        self._verified: set[str] = set()
        self._pools: list[OpenPool] = []
        self._closing: dict[asyncio.Task[None], PoolState] = {}
        self._how: dict[type[Any], Callable[[Any, AppRecords], Awaitable[None]]] = {
            do.Fetch: self._fetch,
            do.Verify: self._verify,
            do.Unpack: self._unpack,
            do.Layer: self._layer,
            do.Open: self._open,
            do.Start: self._start,
            do.Probe: self._probe,
            do.Ready: self._ready,
            do.Fail: self._fail,
            do.Wait: self._wait,
            do.Accept: self._accept,
            do.Reject: self._reject,
            do.Switch: self._switch,
            do.Drain: self._drain,
            do.Remove: self._remove,
            do.Drop: self._drop,
            do.Forget: self._forget,
            do.Purge: self._purge,
        }

    def here(self) -> Here:
        return Here(
            born=self._folders.born(self.name),
            fetched=self._folders.fetched(self.name),
            verified=frozenset(self._verified),
            unpacked=self._folders.unpacked(self.name),
            layers=self._tools.layers.here(),
            kept=self._folders.kept(self.name),
            draining=frozenset(pool.short for pool in self._closing.values()),
            pools=tuple(PoolState(p.number, p.spec, p.pool.hosts > 0, p.started, p.proven) for p in self._pools),
            route=self._route(),
            failures=dict(self.failures),
            traces=self._leaving.traces(self._tools.catalog.snapshot.apps.get(self.name)),
            seen=self._leaving.seen,
        )

    def layers(self) -> frozenset[str]:
        """The digests of those that its pools run from, the ones being closed among them."""
        specs = [*(pool.spec for pool in self._pools), *(pool.spec for pool in self._closing.values())]
        return frozenset(PurePath(spec.packages).name for spec in specs if spec.packages)

    def spec(self, release: Release, settings: Settings | None) -> HostSpec:
        settings = settings or Settings(app=release.app, revision=0, author="", at=release.created_at)
        records = self._tools.catalog.snapshot.apps.get(release.app)
        made = records.app.created_at if records is not None and records.app is not None else None
        tools, places = self._tools, self._folders.places(release, made)
        return host_spec(
            release, settings, places, environ=tools.environ, service=tools.service, debug=tools.debug,
            local=tools.local(release.app),
        )  # fmt: skip

    async def perform(self, step: do.Step, records: AppRecords) -> None:
        """Raises what went wrong; ``here`` is true after that, too."""
        await self._how[type(step)](step, records)

    async def close(self, drain: float) -> None:
        """Closes every pool of the app."""
        closing = [pool.pool.close(drain) for pool in self._pools]
        self._pools.clear()
        await asyncio.gather(*closing, *self._closing, return_exceptions=True)

    # --- to this node's disk ------------------------------------------------------------------------------------

    async def _fetch(self, step: do.Fetch, records: AppRecords) -> None:
        digest = records.releases[step.number].digest
        if records.app is not None:
            self._folders.way_to_code(records.app)
        async with self._tools.heavy:
            await bring.fetch(self._tools.bundles, digest, self._folders.bundle(self.name, digest))

    async def _verify(self, step: do.Verify, records: AppRecords) -> None:
        digest = records.releases[step.number].digest
        async with self._tools.heavy:
            await bring.verify(self._folders.bundle(self.name, digest), digest)
        self._verified.add(short(digest))

    async def _unpack(self, step: do.Unpack, records: AppRecords) -> None:
        digest = records.releases[step.number].digest
        bundle, folder = self._folders.bundle(self.name, digest), self._folders.release(self.name, digest)
        self._verified.discard(short(digest))
        async with self._tools.heavy:
            await bring.unpack(self._tools.unpack, bundle, folder)

    async def _layer(self, step: do.Layer, records: AppRecords) -> None:
        await self._tools.layers.bring(records.releases[step.number].layer)

    async def _remove(self, step: do.Remove, records: AppRecords) -> None:
        await asyncio.to_thread(self._folders.remove_release, self.name, step.short)

    async def _forget(self, step: do.Forget, records: AppRecords) -> None:
        await self._leaving.forget(step)
        for memory in (self.failures, self.seconds, self._verified):
            memory.clear()

    async def _purge(self, step: do.Purge, records: AppRecords) -> None:
        await asyncio.to_thread(self._folders.purge, self.name, step.stamp)

    # --- pools --------------------------------------------------------------------------------------------------

    async def _open(self, step: do.Open, records: AppRecords) -> None:
        if records.app is not None:
            self._folders.prepare(records.app, records.releases[step.number])
        self._pools.append(OpenPool(step.number, step.spec, self._tools.pools.open(step.spec)))

    async def _start(self, step: do.Start, records: AppRecords) -> None:
        opened = self._find(step.number, step.spec)
        await opened.pool.warm()
        opened.started = True

    async def _probe(self, step: do.Probe, records: AppRecords) -> None:
        """Calls a method that no app has: it must answer that, whatever kind of app it is."""
        opened = self._find(step.number, step.spec)
        try:
            await opened.pool.call("rpc", NO_METHOD, b"{}", step.spec.policy.limits.start, trace="probe")
        except VaasError as error:
            raise ProbeFailed(release=step.number, reason=error) from error
        opened.proven = True

    async def _drain(self, step: do.Drain, records: AppRecords) -> None:
        """Begins it: the reconciler does not wait for an old release, but its folder stays until it has ended."""
        opened = self._find(step.number, step.spec)
        self._pools.remove(opened)
        closing = asyncio.create_task(opened.pool.close(step.seconds))
        self._closing[closing] = PoolState(opened.number, opened.spec)
        closing.add_done_callback(self._closed)

    def _closed(self, closing: asyncio.Task[None]) -> None:
        del self._closing[closing]
        if not closing.cancelled() and (error := closing.exception()):
            log.error("closing a pool of %s failed", self.name, exc_info=error)
        self._wake()

    def _find(self, number: int, spec: HostSpec) -> OpenPool:
        return next(pool for pool in self._pools if pool.number == number and pool.spec == spec)

    # --- the gateway's view -------------------------------------------------------------------------------------

    def _route(self) -> Route | None:
        route = self._tools.routing.by_name.get(self.name)
        return Route(route.traffic, {n: pool.spec for n, pool in route.pools.items()}) if route else None

    async def _switch(self, step: do.Switch, records: AppRecords) -> None:
        pools = {number: self._find(number, spec).pool for number, spec in step.route.pools.items()}
        before, now = self._answering(), set(shares(step.route.traffic))
        self._tools.routing.put(AppRoute(self.name, pools, step.route.traffic))
        for number, pool in pools.items():
            if number in now or number in before:
                pool.wind_down(number not in now)
        # What is served has been brought, whatever it took; a failure of a spec that is not wanted any more is past.
        served = step.route.pools
        self.failures = {n: failure for n, failure in self.failures.items() if failure.spec != served.get(n)}

    def _answering(self) -> set[int]:
        route = self._tools.routing.by_name.get(self.name)
        return set(shares(route.traffic)) if route else set()

    async def _drop(self, step: do.Drop, records: AppRecords) -> None:
        self._tools.routing.drop(self.name)

    # --- the outcome --------------------------------------------------------------------------------------------

    async def _ready(self, step: do.Ready, records: AppRecords) -> None:
        await self._record(step.number, "ready", records.releases[step.number].traffic)

    async def _fail(self, step: do.Fail, records: AppRecords) -> None:
        failure = step.failure
        why = {"error": failure.error, "where": failure.where, "traceback": failure.traceback}
        await self._record(step.number, "failed", False, **why)

    async def _wait(self, step: do.Wait, records: AppRecords) -> None:
        await self._record(step.number, "waiting", False, missing=step.missing)

    async def _accept(self, step: do.Accept, records: AppRecords) -> None:
        await self._tools.catalog.reached(await accept_trial(self._tools.store, self.name, step.revision))

    async def _reject(self, step: do.Reject, records: AppRecords) -> None:
        why = step.failure
        facts = {"error": why.error, "where": why.where, "traceback": why.traceback}
        revision = await reject_trial(self._tools.store, self.name, step.revision, release=step.number, **facts)
        if why.spec != self.spec(records.releases[step.number], records.settings):
            self.failures.pop(step.number, None)  # it says nothing of the release as it is
        await self._tools.catalog.reached(revision)

    async def _record(self, number: int, state: State, latest: bool, **facts: Any) -> None:
        steps = dict(self.seconds.get(number, {}))
        outcome = Outcome(app=self.name, number=number, state=state, steps=steps, at=now(), **facts)
        revision = await record_outcome(self._tools.store, outcome, latest=latest)
        await self._tools.catalog.reached(revision)
