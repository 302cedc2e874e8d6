"""Plan: what is to be done for one app on this node. Pure: the records and what is here come in, steps come out.

The reconciler does the first step and asks again, so a plan need not foresee everything, and new records take effect
between any two steps. What takes effect at once (routes, closing what was replaced) comes before what takes time.
An empty plan means that all is as it should be, or that what is not is being waited for. Steps: ``steps.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from vaas.core.policy import Policy
from vaas.core.spec import HostSpec
from vaas.platform.manifest.grants import allows, missing
from vaas.platform.reconciler import steps as do
from vaas.platform.reconciler.steps import Failure, Here, PoolState, Route, Step, short
from vaas.platform.records import traffic as rules
from vaas.platform.records.records import Grants, Release, Settings, Traffic, Trial, stamp
from vaas.platform.records.snapshot import AppRecords

KEPT = 10
"""How many of the newest ready releases stay unpacked and open beside those that answer: rollback is then instant."""

TRIES = 5
"""How often a candidate is tried while the cause may go away by itself: about 15 s, which a deployer will wait."""

SpecOf = Callable[[Release, Settings | None], HostSpec]
"""The spec of a release's hosts under these settings (``specs.py``)."""


def plan(records: AppRecords, here: Here, spec_of: SpecOf, now: float) -> list[Step]:
    """The steps to take next, first things first. ``now`` is on the clock of ``Failure.due``."""
    if records.broken:
        return []  # quarantined: what runs goes on, and nothing is decided on half the facts
    purges: list[Step] = [do.Purge(kept) for kept in sorted(here.kept - records.removed.keys() - _own(records))]
    if records.app is None:
        # What is removed goes as a whole. If there is still a document, another was lost: perhaps not on purpose.
        lost = bool(records.releases or records.outcomes or records.settings or records.traffic)
        # And what was found at the start without any record may be a store's that was lost.
        return purges + _leave(here, records, keep_data=lost or not here.seen)
    if here.born not in (None, records.app.created_at):
        # An earlier app of this name, removed while this node was down.
        return purges + _leave(here, records, keep_data=True)
    if purges:
        return purges
    wanted, on_trial = _wanted(records, here, spec_of), _on_trial(records, here, spec_of)
    return list(_stay(records, here, wanted, on_trial, now))


def named(traffic: Traffic) -> list[int]:
    """The releases that may answer."""
    return list(rules.shares(traffic))


def narrower(new: Policy, old: Policy) -> bool:
    """Whether the old policy allows anything that the new one does not."""
    return not allows(new, old)


def _own(records: AppRecords) -> set[int]:
    """The stamp of the app itself: after it was brought back, its data still lies aside until a pool is opened."""
    return {stamp(records.app.created_at)} if records.app else set()


def _leave(here: Here, records: AppRecords, *, keep_data: bool) -> list[Step]:
    """An app that has been removed: no request reaches it, those in flight end, then all of it goes."""
    steps: list[Step] = [do.Drop()] if here.route else []
    steps += [do.Drain(pool.number, pool.spec, pool.spec.policy.limits.drain) for pool in here.pools]
    if here and not here.pools and not here.draining:
        born = stamp(here.born) if here.born else None
        kept = born in records.removed
        steps.append(do.Forget(keep_data or kept, born if kept else None))
    return steps


@dataclass(frozen=True, slots=True)
class Wanted:
    """One release that should be open here."""

    release: Release
    spec: HostSpec
    candidate: bool
    fresh: PoolState | None
    """The pool that has this spec."""
    current: PoolState | None
    """The pool that the gateway has now."""
    failure: Failure | None
    """Of this spec."""
    trial: bool = False
    """Its spec is that of settings on trial: it must start, and takes no requests before they are in force."""

    @property
    def number(self) -> int:
        return self.release.number

    @property
    def urgent(self) -> bool:
        """A permission was taken away: hosts that still have it must go, whether or not others can take over."""
        return self.current is not None and narrower(self.spec.policy, self.current.spec.policy)

    @property
    def to_prove(self) -> bool:
        """Whether it must have started before it takes requests. Hosts in use are not replaced by a mere promise."""
        in_use = self.current is not None and self.current.hot and self.current.spec != self.spec
        return self.candidate or self.trial or (in_use and not self.urgent)

    @property
    def routed(self) -> HostSpec | None:
        """The spec of the pool that the gateway should have now."""
        if self.fresh is not None and (self.fresh.proven or not self.to_prove):
            return self.spec
        return self.current.spec if self.current else None

    @property
    def given_up(self) -> bool:
        """It has failed, and will not be tried again."""
        return self.failure is not None and (self.failure.tries >= TRIES or not self.failure.passing)

    def blocked(self, now: float) -> bool:
        """It has failed, and it is not yet time to try again."""
        return self.failure is not None and now < self.failure.due


def settings_for(records: AppRecords, number: int) -> Settings | None:
    """The settings that this release is brought under: a candidate, which takes no requests yet, has the newest."""
    pending = _pending(records)
    return pending.settings if pending and number == _traffic(records).candidate else records.settings


def _pending(records: AppRecords) -> Trial | None:
    return records.trial if records.trial and records.trial.state == "starting" else None


def _wanted(records: AppRecords, here: Here, spec_of: SpecOf) -> list[Wanted]:
    traffic = _traffic(records)
    return [
        Wanted(
            release=(release := records.releases[number]),
            spec=(spec := spec_of(release, settings_for(records, number))),
            candidate=number == traffic.candidate,
            fresh=_pool(here, number, spec),
            current=_pool(here, number, here.route.pools.get(number)) if here.route else None,
            failure=failure if (failure := here.failures.get(number)) and failure.spec == spec else None,
        )
        for number in kept(records, here)
    ]


def _on_trial(records: AppRecords, here: Here, spec_of: SpecOf) -> list[Wanted]:
    """The releases that answer, as the settings on trial would have them, where that makes a difference."""
    pending = _pending(records)
    if pending is None:
        return []
    found = []
    for release in (records.releases[number] for number in named(_traffic(records)) if number in records.releases):
        spec, in_force = spec_of(release, pending.settings), spec_of(release, records.settings)
        failure = here.failures.get(release.number)
        # A bundle that does not come is a failure under either spec.
        tried = (spec,) if _is_here(release, here) else (spec, in_force)
        if spec != in_force or pending.at_once:
            found.append(
                Wanted(
                    release=release,
                    spec=spec,
                    candidate=False,
                    fresh=_pool(here, release.number, spec),
                    current=None,
                    failure=failure if failure and failure.spec in tried else None,
                    trial=True,
                )
            )
    return found


def kept(records: AppRecords, here: Here) -> list[int]:
    """The releases that should be open here, the most pressing first: those that answer or should, then the newest."""
    traffic = _traffic(records)
    held = named(here.route.traffic) if here.route else []
    ready = sorted((n for n, outcome in records.outcomes.items() if outcome.state == "ready"), reverse=True)
    numbers = dict.fromkeys([*named(traffic), traffic.candidate, *held, *ready[:KEPT]])
    return [number for number in numbers if number in records.releases]


def _traffic(records: AppRecords) -> Traffic:
    return records.traffic or Traffic(app=records.name)


def _pool(here: Here, number: int, spec: HostSpec | None) -> PoolState | None:
    return next((pool for pool in here.pools if pool.number == number and pool.spec == spec), None)


def _stay(records: AppRecords, here: Here, wanted: list[Wanted], on_trial: list[Wanted], now: float) -> Iterator[Step]:
    route = _route(records, here, wanted, now)
    if route is not None and route != here.route:
        yield do.Switch(route)
    yield from _drains(here, wanted, on_trial, route)
    yield from _removals(here, wanted)
    if pending := _pending(records):
        yield from _verdict(pending, on_trial)
    for one in wanted:
        yield from _towards(one, records, here, now)
    for one in on_trial:
        if _is_here(one.release, here) and not one.blocked(now):
            yield from _prove(one)


def _route(records: AppRecords, here: Here, wanted: list[Wanted], now: float) -> Route | None:
    """What the gateway should have now. A change of traffic takes effect once all that it names is open here.

    Until then the traffic before goes on; a node that has none yet does not wait for what it cannot get.
    """
    traffic = replace(_traffic(records), candidate=0)
    pools = {one.number: one.routed for one in wanted if one.routed is not None and not one.candidate}
    absent = set(named(traffic)) - set(pools)
    if absent and here.route is not None:
        traffic = here.route.traffic
    elif absent & {one.number for one in wanted if not one.blocked(now)}:
        return None
    return Route(traffic, pools)


def _drains(here: Here, wanted: list[Wanted], on_trial: list[Wanted], route: Route | None) -> Iterator[Step]:
    """Closes every pool that neither answers nor is about to."""
    stay = [*route.pools.items()] if route else []
    stay += [(one.number, one.spec) for one in (*wanted, *on_trial)]
    for pool in here.pools:
        if (pool.number, pool.spec) not in stay:
            hurry = any(one.number == pool.number and narrower(one.spec.policy, pool.spec.policy) for one in wanted)
            yield do.Drain(pool.number, pool.spec, 0 if hurry else pool.spec.policy.limits.drain)


def _removals(here: Here, wanted: list[Wanted]) -> Iterator[Step]:
    """Deletes the folder of every release that is not kept and that nothing runs from any more."""
    used = {short(one.release.digest) for one in wanted} | {pool.short for pool in here.pools} | here.draining
    for name in sorted((here.unpacked | here.fetched) - used):
        yield do.Remove(name)


def _verdict(pending: Trial, on_trial: list[Wanted]) -> Iterator[Step]:
    """What is known of the settings on trial, if it is."""
    for one in on_trial:
        if one.failure is not None and one.given_up:
            yield do.Reject(pending.settings.revision, one.number, one.failure)
            return
    if all(one.fresh is not None and one.fresh.proven for one in on_trial):
        yield do.Accept(pending.settings.revision)


def _towards(one: Wanted, records: AppRecords, here: Here, now: float) -> Iterator[Step]:
    """What this release still lacks to be open here, or proven, or why it will not be."""
    if one.candidate:
        settings = settings_for(records, one.number)
        grants = settings.grants if settings else Grants()
        if (lack := missing(one.release.manifest.policy, grants)) is not None:
            yield do.Wait(one.number, lack)
            return
        if one.failure is not None and one.given_up:
            yield do.Fail(one.number, one.failure)
            return
    if not one.blocked(now):
        yield from _bring(one, here)
        yield from _prove(one)
        if one.candidate and not _pending(records):  # it has been proven under those, so they must be in force first
            yield do.Ready(one.number)


def _is_here(release: Release, here: Here) -> bool:
    """Whether all that its hosts run from is on this node's disk."""
    return short(release.digest) in here.unpacked and (not release.layer or release.layer in here.layers)


def _bring(one: Wanted, here: Here) -> Iterator[Step]:
    if one.release.layer and one.release.layer not in here.layers:
        yield do.Layer(one.number)
    name = short(one.release.digest)
    if name in here.unpacked:
        return
    if name not in here.fetched:
        yield do.Fetch(one.number)
    if name not in here.fetched & here.verified:
        yield do.Verify(one.number)
    yield do.Unpack(one.number)


def _prove(one: Wanted) -> Iterator[Step]:
    if one.fresh is None:
        yield do.Open(one.number, one.spec)
    if one.to_prove:
        if one.fresh is None or not one.fresh.started:
            yield do.Start(one.number, one.spec)
        if one.fresh is None or not one.fresh.proven:
            yield do.Probe(one.number, one.spec)
