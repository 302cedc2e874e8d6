from __future__ import annotations

from dataclasses import replace

from tests.platform.reconciler.deploy_records import World, outcome, records, release, spec_of
from vaas.platform.reconciler.status import OF_THE_APP, statuses
from vaas.platform.reconciler.steps import Failure, Here
from vaas.platform.records.records import ReleaseStatus


def test_a_release_is_starting_until_it_is_served_and_then_ready() -> None:
    world = World(records(release(1), candidate=1))
    assert statuses(world.records, Here(), {})[1].state == "starting"
    world.run()
    assert statuses(world.records, world.here, {1: {"start": 0.1}}) == {
        1: ReleaseStatus(state="ready", steps={"start": 0.1})
    }


def test_a_release_that_failed_here_says_why() -> None:
    world = World(records(release(1), ready=(1,), latest=1))
    failure = Failure(spec_of(release(1), None), "KeyError: 'MODE'", where="app.py:3", traceback="Traceback …")
    told = statuses(world.records, Here(failures={1: failure}), {})[1]
    assert told == ReleaseStatus(state="failed", error="KeyError: 'MODE'", where="app.py:3", traceback="Traceback …")


def test_only_releases_that_are_or_should_be_open_here_are_told_of() -> None:
    world = World(records(release(1), release(2), ready=(2,), latest=2))
    world.records = replace(world.records, outcomes={1: outcome(1, "failed"), 2: outcome(2)})
    world.run()
    assert statuses(world.records, world.here, {}).keys() == {2}


def test_a_document_that_cannot_be_read_is_told_under_the_app_itself() -> None:
    broken = replace(records(release(1), ready=(1,), latest=1), broken={"/vaas/settings/shop": "not a valid document"})
    told = statuses(broken, Here(), {})
    assert told[OF_THE_APP] == ReleaseStatus(state="failed", error="/vaas/settings/shop: not a valid document")
    assert told[1].state == "starting"
