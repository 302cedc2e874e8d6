"""Records for the tests of this folder, and a plan's world without any I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace as changed

from vaas.core.policy import Permissions, Policy
from vaas.core.spec import HostSpec
from vaas.platform.reconciler import steps as do
from vaas.platform.reconciler.folders import Folders
from vaas.platform.reconciler.plan import plan, settings_for
from vaas.platform.reconciler.specs import host_spec
from vaas.platform.reconciler.steps import Failure, Here, PoolState, Step, short
from vaas.platform.records.records import App, Grants, Manifest, Outcome, Release, Settings, Traffic
from vaas.platform.records.snapshot import AppRecords

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FOLDERS = Folders(Path("/node"))
ASKS_NOTHING, GRANTS_NOTHING = Policy(), Grants()


def digest(number: int) -> str:
    return sha256(f"bundle {number}".encode()).hexdigest()


def app(at: datetime = AT, releases: int = 0, name: str = "shop") -> App:
    return App(name=name, created_at=at, created_by="ada", releases=releases)


def release(
    number: int, *, asks: Policy = ASKS_NOTHING, traffic: bool = True, name: str = "shop", layer: str = ""
) -> Release:
    return Release(
        app=name,
        number=number,
        digest=digest(number),
        size=1,
        layer=layer,
        manifest=Manifest(name=name, policy=asks),
        created_at=AT,
        created_by="ada",
        traffic=traffic,
    )


def outcome(number: int, state: str = "ready", name: str = "shop") -> Outcome:
    return Outcome(app=name, number=number, state=state, at=AT)  # type: ignore[arg-type]


def settings(*, grants: Grants = GRANTS_NOTHING, env: dict[str, str] | None = None, **limits: float) -> Settings:
    return Settings(app="shop", revision=1, author="ada", at=AT, grants=grants, env=env or {}, limits=limits)


def traffic(**fields: object) -> Traffic:
    return Traffic(app="shop", **fields)  # type: ignore[arg-type]


def records(
    *releases: Release, ready: tuple[int, ...] = (), settings: Settings | None = None, **fields: object
) -> AppRecords:
    """An app with these releases, of which those are ready, and this traffic."""
    return AppRecords(
        "shop",
        app=app(releases=max((one.number for one in releases), default=0)),
        settings=settings,
        traffic=traffic(**fields),
        releases={one.number: one for one in releases},
        outcomes={number: outcome(number) for number in ready},
    )


def spec_of(release: Release, settings: Settings | None) -> HostSpec:
    settings = settings or Settings(app="shop", revision=0, author="", at=AT)
    return host_spec(release, settings, FOLDERS.places(release), environ={}, service="service:open")


NET = Permissions(net=("db.example:5432",))
ASKS_NET = Policy(permissions=NET)
GRANTS_NET = Grants(permissions=NET)


class World:
    """One app on one node, without any I/O: does what a plan says, and complains about what it must never say."""

    def __init__(self, records: AppRecords) -> None:
        self.records = records
        self.here = Here()
        self.now = 0.0
        self.cannot: dict[int, type[Step]] = {}
        """By release: the step that fails."""
        self.done: list[Step] = []

    def plan(self) -> list[Step]:
        return plan(self.records, self.here, spec_of, self.now)

    def run(self) -> list[Step]:
        """Goes round until nothing is left to do, as an AppReconciler does; returns what was done."""
        begin = len(self.done)
        for _ in range(300):
            if not (steps := self.plan()):
                return self.done[begin:]
            self.perform(steps[0])
        raise AssertionError(f"it goes round and round: {self.done[-6:]}")

    def perform(self, step: Step) -> None:
        self.done.append(step)
        if isinstance(step, self.cannot.get(getattr(step, "number", 0), ())):
            self._fails(step)
        else:
            getattr(self, f"_{type(step).__name__.lower()}")(step)

    def _fails(self, step: Step) -> None:
        number = step.number  # type: ignore[union-attr]
        tried = settings_for(self.records, number)
        spec = getattr(step, "spec", None) or spec_of(self.records.releases[number], tried)
        failure = Failure(spec=spec, error="broken", due=self.now + 1)
        self.here = replace(self.here, failures={**self.here.failures, number: failure})

    def _short(self, step: do.Fetch | do.Verify | do.Unpack) -> frozenset[str]:
        return frozenset({short(self.records.releases[step.number].digest)})

    def _fetch(self, step: do.Fetch) -> None:
        self.here = replace(self.here, fetched=self.here.fetched | self._short(step), born=self.records.app.created_at)  # type: ignore[union-attr]

    def _verify(self, step: do.Verify) -> None:
        assert self._short(step) <= self.here.fetched
        self.here = replace(self.here, verified=self.here.verified | self._short(step))

    def _unpack(self, step: do.Unpack) -> None:
        name = self._short(step)
        assert name <= self.here.verified, "what has not been verified must not be unpacked"
        self.here = replace(
            self.here,
            fetched=self.here.fetched - name,
            verified=self.here.verified - name,
            unpacked=self.here.unpacked | name,
        )

    def _layer(self, step: do.Layer) -> None:
        self.here = replace(self.here, layers=self.here.layers | {self.records.releases[step.number].layer})

    def _open(self, step: do.Open) -> None:
        assert self._pool(step) is None
        assert PoolState(step.number, step.spec).short in self.here.unpacked, "a pool needs its folder"
        assert {step.spec.packages.rpartition("/")[2]} <= self.here.layers | {""}, "and the layer of its release"
        self.here = replace(self.here, pools=(*self.here.pools, PoolState(step.number, step.spec)))

    def _pool(self, step: do.Open | do.Start | do.Probe | do.Drain) -> PoolState | None:
        return next((p for p in self.here.pools if (p.number, p.spec) == (step.number, step.spec)), None)

    def put_pool(self, pool: PoolState) -> None:
        others = [p for p in self.here.pools if (p.number, p.spec) != (pool.number, pool.spec)]
        self.here = replace(self.here, pools=(*others, pool))

    def _start(self, step: do.Start) -> None:
        pool = self._pool(step)
        assert pool is not None
        self.put_pool(replace(pool, hot=True, started=True))

    def _probe(self, step: do.Probe) -> None:
        pool = self._pool(step)
        assert pool is not None
        assert pool.started
        self.put_pool(replace(pool, proven=True))

    def _ready(self, step: do.Ready) -> None:
        release = self.records.releases[step.number]
        spec = spec_of(release, self.records.settings)
        assert any(pool.proven for pool in self.here.pools if (pool.number, pool.spec) == (step.number, spec))
        latest = step.number if release.traffic else self.records.traffic.latest  # type: ignore[union-attr]
        self._record(step.number, "ready", latest=latest)

    def _fail(self, step: do.Fail) -> None:
        self._record(step.number, "failed")

    def _wait(self, step: do.Wait) -> None:
        self._record(step.number, "waiting")

    def _accept(self, step: do.Accept) -> None:
        trial = self.records.trial
        assert trial is not None
        assert trial.settings.revision == step.revision
        self.records = replace(self.records, settings=trial.settings, trial=None)

    def _reject(self, step: do.Reject) -> None:
        trial = self.records.trial
        assert trial is not None
        assert trial.settings.revision == step.revision
        self.records = replace(self.records, trial=changed(trial, state="failed", error=step.failure.error))
        if step.failure.spec != spec_of(self.records.releases[step.number], self.records.settings):
            self.here = replace(self.here, failures={})

    def _record(self, number: int, state: str, **moved: int) -> None:
        traffic = self.records.traffic
        assert traffic is not None
        assert traffic.candidate == number
        outcomes = {**self.records.outcomes, number: outcome(number, state)}
        self.records = replace(self.records, outcomes=outcomes, traffic=changed(traffic, candidate=0, **moved))

    def _switch(self, step: do.Switch) -> None:
        for number, spec in step.route.pools.items():
            assert any((p.number, p.spec) == (number, spec) for p in self.here.pools), (
                "routed to a pool that is not open"
            )
        lost = set(self.answering()) - set(step.route.pools)
        assert not lost & set(named_by(step.route.traffic)), "a release that answers lost its pool"
        self.here = replace(self.here, route=step.route)

    def answering(self) -> list[int]:
        """The releases that a caller may reach now."""
        route = self.here.route
        return [number for number in named_by(route.traffic) if number in route.pools] if route else []

    def _drain(self, step: do.Drain) -> None:
        pool = self._pool(step)
        assert pool is not None
        route = self.here.route
        assert not route or route.pools.get(step.number) != step.spec, "the gateway still has this pool"
        self.here = replace(
            self.here,
            pools=tuple(p for p in self.here.pools if p is not pool),
            draining=self.here.draining | {pool.short},
        )

    def drained(self) -> None:
        """All that was being closed has ended."""
        self.here = replace(self.here, draining=frozenset())

    def _remove(self, step: do.Remove) -> None:
        assert step.short not in self.here.draining
        assert step.short not in {pool.short for pool in self.here.pools}
        gone = {step.short}
        self.here = replace(self.here, unpacked=self.here.unpacked - gone, fetched=self.here.fetched - gone)

    def _drop(self, step: do.Drop) -> None:
        self.here = replace(self.here, route=None)

    def _purge(self, step: do.Purge) -> None:
        self.here = replace(self.here, kept=self.here.kept - {step.stamp})

    def _forget(self, step: do.Forget) -> None:
        assert not self.here.pools
        assert not self.here.draining
        self.here = Here()


def named_by(traffic: Traffic) -> Iterator[int]:
    if traffic.mode == "weights":
        yield from (number for number, weight in traffic.weights.items() if weight > 0)
    elif number := traffic.lock if traffic.mode == "lock" else traffic.latest:
        yield number


def kinds(steps: list[Step]) -> list[str]:
    return [type(step).__name__ for step in steps]
