from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from tests.platform.reconciler.deploy_records import (
    ASKS_NET,
    ASKS_NOTHING,
    AT,
    GRANTS_NET,
    World,
    app,
    digest,
    kinds,
    named_by,
    records,
    release,
    settings,
    spec_of,
    traffic,
)
from vaas.core.policy import Permissions, Policy
from vaas.platform.reconciler import steps as do
from vaas.platform.reconciler.plan import KEPT, TRIES, kept, narrower
from vaas.platform.reconciler.steps import Failure, PoolState, short
from vaas.platform.records.records import Grants, Removed, Trial, stamp
from vaas.platform.records.snapshot import AppRecords

FIRST = ["Fetch", "Verify", "Unpack", "Open", "Start", "Probe", "Ready", "Switch"]


def deployed(*numbers: int, **fields: object) -> World:
    """An app whose releases have been deployed one after the other, the newest of which answers from running hosts."""
    world = World(records())
    for number in numbers:
        deploy(world, number)
        world.run()
        world.drained()
        world.run()
    return world


def deploy(world: World, number: int, *, traffic: bool = True, asks: Policy = ASKS_NOTHING) -> None:
    releases = {**world.records.releases, number: release(number, traffic=traffic, asks=asks)}
    moved = changed(world.records.traffic, candidate=number)
    world.records = replace(world.records, releases=releases, traffic=moved)


def with_layer(number: int, name: str) -> World:
    world = deployed(*range(1, number))
    releases = {**world.records.releases, number: release(number, layer=name)}
    world.records = replace(world.records, releases=releases, traffic=changed(world.records.traffic, candidate=number))
    return world


def test_a_release_has_its_layer_before_its_hosts_start() -> None:
    assert kinds(with_layer(1, "a" * 64).run()) == ["Switch", "Layer", *FIRST]


def test_a_layer_that_another_app_has_had_brought_is_not_brought_again() -> None:
    world = with_layer(1, "a" * 64)
    world.here = replace(world.here, layers=frozenset({"a" * 64}))
    assert kinds(world.run()) == ["Switch", *FIRST]


def test_a_layer_that_does_not_come_fails_the_release_and_the_one_before_goes_on() -> None:
    world = with_layer(2, "a" * 64)
    world.cannot = {2: do.Layer}
    world.run()
    assert world.records.outcomes[2].state == "failed"
    assert world.here.route is not None
    assert world.here.route.traffic.latest == 1


def set_traffic(world: World, **fields: object) -> None:
    world.records = replace(world.records, traffic=changed(world.records.traffic, **fields))


def give(world: World, **fields: object) -> None:
    world.records = replace(world.records, settings=settings(**fields))  # type: ignore[arg-type]


def spec(world: World, number: int) -> object:
    return spec_of(world.records.releases[number], world.records.settings)


def cool(world: World) -> None:
    """All hosts have gone to sleep."""
    world.here = replace(world.here, pools=tuple(replace(pool, hot=False) for pool in world.here.pools))


# --- a first release ----------------------------------------------------------------------------------------------


def test_a_candidate_is_brought_started_and_probed_before_it_becomes_latest_and_is_routed() -> None:
    world = World(records(release(1), candidate=1))
    assert kinds(world.run()) == ["Switch", *FIRST]
    assert world.records.traffic.latest == 1
    assert world.answering() == [1]


def test_before_the_first_release_is_ready_the_gateway_knows_the_app_but_nobody_answers() -> None:
    world = World(records(release(1), candidate=1))
    assert world.plan()[0] == do.Switch(do.Route(traffic(), {}))


def test_a_plan_is_empty_when_all_is_as_wanted() -> None:
    assert deployed(1, 2).plan() == []


def test_a_release_without_traffic_is_proven_and_open_but_does_not_answer() -> None:
    world = deployed(1)
    deploy(world, 2, traffic=False)
    world.run()
    assert world.answering() == [1]
    assert set(world.here.route.pools) == {1, 2}


def test_the_candidate_is_out_of_the_gateways_reach_until_it_is_ready() -> None:
    world = deployed(1)
    deploy(world, 2)
    while not isinstance(world.plan()[0], do.Ready):
        world.perform(world.plan()[0])
        assert set(world.here.route.pools) == {1}


# --- one that fails -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [do.Fetch, do.Verify, do.Unpack, do.Open, do.Start, do.Probe])
def test_a_candidate_that_fails_at_any_step_is_recorded_as_failed_and_the_one_before_goes_on(step: type) -> None:
    world = deployed(1)
    before = world.here.route
    world.cannot[2] = step
    deploy(world, 2)
    done = world.run()
    assert kinds(done).count(step.__name__) == 1
    assert "Fail" in kinds(done)
    assert world.records.outcomes[2].state == "failed"
    assert world.here.route == before


def test_what_a_failed_candidate_has_left_is_closed_and_deleted() -> None:
    world = deployed(1)
    world.cannot[2] = do.Start
    deploy(world, 2)
    world.run()
    assert short(digest(2)) in world.here.unpacked
    world.drained()
    world.run()
    assert world.here.unpacked == {short(digest(1))}
    assert [pool.number for pool in world.here.pools] == [1]


def test_a_candidate_that_fails_for_a_passing_reason_is_tried_again_later_but_not_for_ever() -> None:
    world = World(records(release(1), candidate=1))
    one = Failure(spec(world, 1), "the store does not answer", passing=True, due=10)
    world.here = replace(world.here, failures={1: one})
    assert kinds(world.plan()) == ["Switch"]
    world.now = 10
    assert kinds(world.plan())[1] == "Fetch"
    world.here = replace(world.here, failures={1: replace(one, tries=TRIES)})
    assert kinds(world.plan()) == ["Switch", "Fail"]


def test_a_candidate_whose_cause_may_pass_is_given_up_at_its_fifth_failure() -> None:
    world = World(records(release(1), candidate=1))
    for tries, steps in ((4, ["Switch"]), (5, ["Switch", "Fail"]), (6, ["Switch", "Fail"])):
        failure = Failure(spec(world, 1), "the store does not answer", passing=True, due=10, tries=tries)
        world.here = replace(world.here, failures={1: failure})
        assert kinds(world.plan()) == steps


def test_a_failure_under_other_settings_is_no_reason_not_to_try() -> None:
    world = World(records(release(1), candidate=1))
    world.here = replace(world.here, failures={1: Failure(spec(world, 1), "KeyError: 'MODE'", due=1e9)})
    give(world, env={"MODE": "dark"})
    assert kinds(world.run()) == ["Switch", *FIRST]


def test_a_second_deploy_takes_the_place_of_a_candidate_on_its_way() -> None:
    world = deployed(1)
    deploy(world, 2)
    for _ in range(4):
        world.perform(world.plan()[0])
    deploy(world, 3)
    world.run()
    assert world.records.traffic.latest == 3
    assert [pool.number for pool in world.here.pools if pool.number == 2] == []


# --- grants -------------------------------------------------------------------------------------------------------


def test_a_candidate_that_lacks_a_grant_waits_and_is_not_even_fetched() -> None:
    world = deployed(1)
    deploy(world, 2, asks=ASKS_NET)
    assert world.run() == [do.Wait(2, GRANTS_NET)]
    assert world.answering() == [1]


def test_a_candidate_that_has_been_granted_all_it_asks_is_started() -> None:
    world = World(records(release(1, asks=ASKS_NET), candidate=1, settings=settings(grants=GRANTS_NET)))
    assert kinds(world.run()) == ["Switch", *FIRST]


def test_taking_a_grant_away_replaces_hosts_in_use_at_once_and_cuts_what_they_do() -> None:
    world = World(records(release(1, asks=ASKS_NET), candidate=1, settings=settings(grants=GRANTS_NET)))
    world.run()
    old = world.here.route.pools[1]
    give(world, grants=Grants())
    assert [type(step) for step in world.run()] == [do.Open, do.Switch, do.Drain]
    assert world.done[-1] == do.Drain(1, old, 0)


def test_a_new_grant_replaces_hosts_in_use_only_by_proven_ones_and_lets_requests_end() -> None:
    world = World(records(release(1, asks=ASKS_NET), ready=(1,), latest=1, settings=settings()))
    world.run()
    world.put_pool(replace(world.here.pools[0], hot=True))
    give(world, grants=GRANTS_NET)
    assert kinds(world.run()) == ["Open", "Start", "Probe", "Switch", "Drain"]
    assert world.done[-1].seconds == 10


# --- settings -----------------------------------------------------------------------------------------------------


def test_new_settings_start_and_probe_a_new_pool_before_the_hosts_in_use_go() -> None:
    world = deployed(1)
    give(world, env={"MODE": "dark"})
    assert kinds(world.run()) == ["Open", "Start", "Probe", "Switch", "Drain"]
    assert world.here.route.pools[1].env["MODE"] == "dark"


def test_new_settings_simply_swap_a_pool_without_hosts() -> None:
    world = deployed(1)
    cool(world)
    give(world, env={"MODE": "dark"})
    assert kinds(world.run()) == ["Open", "Switch", "Drain"]


def test_settings_under_which_the_app_does_not_start_leave_the_running_hosts_alone_and_are_tried_again() -> None:
    world = deployed(1)
    before = world.here.route
    world.cannot[1] = do.Start
    give(world, env={"MODE": "broken"})
    assert kinds(world.run()) == ["Open", "Start"]
    assert world.here.route == before
    world.now, world.cannot = 1.0, {}
    assert kinds(world.run()) == ["Start", "Probe", "Switch", "Drain"]


def test_settings_put_back_while_the_new_pool_starts_only_close_that_one() -> None:
    world = deployed(1)
    before = world.here.route
    give(world, env={"MODE": "dark"})
    world.perform(world.plan()[0])
    give(world)
    assert kinds(world.run()) == ["Drain"]
    assert world.here.route == before


# --- settings on trial --------------------------------------------------------------------------------------------


def try_out(world: World, *, at_once: bool = False, **fields: object) -> None:
    revision = changed(settings(**fields), revision=2)  # type: ignore[arg-type]
    trial = Trial(app="shop", settings=revision, at_once=at_once, at=AT)
    in_force = revision if at_once else world.records.settings
    world.records = replace(world.records, trial=trial, settings=in_force)


def test_settings_on_trial_start_and_answer_a_probe_before_they_are_in_force() -> None:
    world = deployed(1)
    try_out(world, env={"MODE": "dark"})
    assert kinds(world.run()) == ["Open", "Start", "Probe", "Accept", "Switch", "Drain"]
    assert world.here.route.pools[1].env["MODE"] == "dark"


def test_settings_on_trial_are_tried_of_an_app_that_sleeps_too() -> None:
    world = deployed(1)
    cool(world)
    try_out(world, env={"MODE": "dark"})
    assert kinds(world.run()) == ["Open", "Start", "Probe", "Accept", "Switch", "Drain"]


@pytest.mark.parametrize("step", [do.Open, do.Start, do.Probe])
def test_settings_that_a_release_does_not_start_with_fail_once_and_the_ones_before_stay(step: type) -> None:
    world = deployed(1)
    before = world.here.route
    world.cannot[1] = step
    try_out(world, env={"MODE": "broken"})
    done = kinds(world.run())
    assert done.count("Reject") == 1
    assert done.count(step.__name__) == 1
    assert world.records.trial.state == "failed"
    assert world.here.route == before
    assert [pool.spec.env.get("MODE") for pool in world.here.pools] == [None]


def test_a_node_that_starts_during_a_trial_serves_what_is_in_force_first() -> None:
    world = World(records(release(1), ready=(1,), latest=1))
    world.cannot[1] = do.Start
    try_out(world, env={"MODE": "broken"})
    assert kinds(world.run()) == ["Fetch", "Verify", "Unpack", "Open", "Switch", "Open", "Start", "Reject", "Drain"]
    assert world.answering() == [1]
    assert "MODE" not in world.here.route.pools[1].env


def test_a_bundle_that_does_not_come_fails_a_trial_instead_of_leaving_it_open() -> None:
    world = World(records(release(1), ready=(1,), latest=1))
    world.cannot[1] = do.Fetch
    try_out(world, env={"MODE": "dark"})
    assert kinds(world.run())[-1] == "Reject"


def test_settings_that_make_no_difference_to_what_answers_are_accepted_without_a_start() -> None:
    world = deployed(1)
    try_out(world, grants=GRANTS_NET)
    assert kinds(world.run()) == ["Accept"]


def test_settings_in_force_at_once_are_tried_all_the_same() -> None:
    world = deployed(1)
    cool(world)
    world.cannot[1] = do.Start
    try_out(world, at_once=True, env={"MODE": "broken"})
    done = kinds(world.run())
    assert done.index("Switch") < done.index("Start") < done.index("Reject")
    assert world.here.route.pools[1].env["MODE"] == "broken"


def test_every_release_with_a_part_of_the_traffic_must_start_with_settings_on_trial() -> None:
    world = deployed(1, 2)
    set_traffic(world, mode="weights", weights={1: 1.0, 2: 1.0})
    world.run()
    world.cannot[2] = do.Start
    try_out(world, env={"MODE": "dark"})
    world.run()
    assert world.records.trial.state == "failed"
    assert {spec.env.get("MODE") for spec in world.here.route.pools.values()} == {None}


def test_a_candidate_that_needs_what_is_on_trial_becomes_ready_after_it_is_in_force() -> None:
    world = deployed(1)
    deploy(world, 2, asks=ASKS_NET)
    try_out(world, grants=GRANTS_NET, env={"MODE": "dark"})
    done = kinds(world.run())
    assert done.index("Accept") < done.index("Ready")
    assert world.answering() == [2]


def test_a_candidate_waits_again_if_the_settings_that_grant_it_fail() -> None:
    world = deployed(1)
    world.cannot[1] = do.Start
    deploy(world, 2, asks=ASKS_NET)
    try_out(world, grants=GRANTS_NET, env={"MODE": "broken"})
    world.run()
    assert world.records.outcomes[2].state == "waiting"
    assert world.answering() == [1]


# --- traffic ------------------------------------------------------------------------------------------------------


def test_a_rollback_is_one_switch_to_a_pool_that_is_already_open() -> None:
    world = deployed(1, 2)
    set_traffic(world, mode="lock", lock=1)
    assert kinds(world.run()) == ["Switch"]
    assert world.answering() == [1]


def test_traffic_to_a_release_that_is_not_here_waits_for_it_and_starts_no_host() -> None:
    numbers = range(1, KEPT + 4)
    ready = records(*map(release, numbers), ready=tuple(numbers), latest=KEPT + 3)
    world = World(ready)
    world.run()
    set_traffic(world, mode="weights", weights={1: 1, KEPT + 3: 1})
    assert kinds(world.run()) == ["Fetch", "Verify", "Unpack", "Open", "Switch"]
    assert sorted(world.answering()) == [1, KEPT + 3]


def test_while_a_release_cannot_be_brought_the_traffic_before_goes_on() -> None:
    world = deployed(1)
    world.records = replace(world.records, releases={**world.records.releases, 2: release(2)})
    world.cannot[2] = do.Fetch
    set_traffic(world, latest=2)
    world.run()
    assert world.answering() == [1]
    world.now, world.cannot = 1.0, {}
    world.run()
    assert world.answering() == [2]


def test_a_release_that_answers_stays_while_its_successor_cannot_be_brought_however_old_it_is() -> None:
    numbers = range(1, KEPT + 3)
    world = World(records(*map(release, numbers), ready=tuple(numbers), mode="lock", lock=1))
    world.run()
    world.cannot[2] = do.Fetch
    set_traffic(world, mode="lock", lock=2)
    world.run()
    assert world.answering() == [1]


def test_a_node_that_starts_serves_what_it_can_bring_and_does_not_wait_for_the_rest() -> None:
    world = World(records(release(1), release(2), ready=(1, 2), mode="weights", weights={1: 1, 2: 1}))
    world.cannot[1] = do.Fetch
    world.run()
    assert world.answering() == [2]
    assert world.here.route.traffic == world.records.traffic


def test_a_node_that_starts_opens_cold_pools_and_starts_no_host() -> None:
    world = World(records(release(1), release(2), ready=(1, 2), latest=2))
    done = kinds(world.run())
    assert "Start" not in done
    assert world.answering() == [2]
    assert set(world.here.route.pools) == {1, 2}


def test_traffic_that_names_a_release_that_is_not_recorded_does_not_stop_the_rest() -> None:
    world = World(records(release(1), ready=(1,), mode="weights", weights={1: 1, 9: 1}))
    world.run()
    assert world.answering() == [1]


# --- what is kept -------------------------------------------------------------------------------------------------


def test_the_newest_ready_releases_stay_open_and_those_that_answer_whatever_their_age() -> None:
    numbers = range(1, KEPT + 6)
    ready = records(*map(release, numbers), ready=tuple(numbers), mode="lock", lock=2, latest=KEPT + 5)
    world = World(ready)
    world.run()
    newest = set(range(6, KEPT + 6))
    assert set(world.here.route.pools) == {2} | newest
    assert world.here.unpacked == {short(digest(number)) for number in {2} | newest}


def test_the_ten_newest_ready_releases_are_kept() -> None:
    ready = records(*map(release, range(1, 16)), ready=tuple(range(1, 16)), latest=15)
    assert kept(ready, World(ready).here) == list(range(15, 5, -1))


def test_a_release_that_is_no_longer_kept_loses_its_folder_only_after_its_requests_have_ended() -> None:
    numbers = range(1, KEPT + 1)
    world = World(records(*map(release, numbers), ready=tuple(numbers), latest=KEPT))
    world.run()
    deploy(world, KEPT + 1)
    world.run()
    assert short(digest(1)) in world.here.unpacked
    world.drained()
    assert world.run() == [do.Remove(short(digest(1)))]


def test_two_releases_of_one_bundle_share_its_folder() -> None:
    twin = changed(release(2), digest=digest(1))
    world = World(records(release(1), twin, ready=(1, 2), latest=2))
    assert kinds(world.run()).count("Fetch") == 1
    assert world.here.unpacked == {short(digest(1))}


# --- broken, removed, and made anew -------------------------------------------------------------------------------


def test_an_app_with_a_document_that_cannot_be_read_is_left_as_it_is() -> None:
    world = deployed(1)
    world.records = AppRecords("shop", app=app(), broken={"/vaas/settings/shop": "not a valid document"})
    assert world.plan() == []


def test_a_removed_app_is_unreachable_first_then_drained_then_deleted() -> None:
    world = deployed(1, 2)
    world.records = AppRecords("shop")
    assert kinds(world.run()) == ["Drop", "Drain", "Drain"]
    world.drained()
    assert world.run() == [do.Forget(keep_data=False)]
    assert world.plan() == []


def test_an_app_made_anew_under_an_old_name_begins_with_nothing_of_the_old_one() -> None:
    world = deployed(1)
    anew = replace(records(release(1), candidate=1), app=app(AT.replace(year=2027)))
    world.records = anew
    world.run()
    world.drained()
    done = world.run()
    assert done[0] == do.Forget(keep_data=True)
    assert kinds(done[1:]) == ["Switch", *FIRST]


# --- whatever happens ---------------------------------------------------------------------------------------------

STEPS = (do.Fetch, do.Verify, do.Unpack, do.Start, do.Probe)
happenings = st.one_of(
    st.tuples(st.just("deploy"), st.booleans(), st.sampled_from([Policy(), ASKS_NET])),
    st.tuples(st.just("break"), st.sampled_from(STEPS)),
    st.tuples(st.just("mend")),
    st.tuples(st.just("env"), st.sampled_from("abc")),
    st.tuples(st.just("grant"), st.booleans()),
    st.tuples(st.just("lock"), st.integers(1, 4)),
    st.tuples(st.just("weights"), st.dictionaries(st.integers(1, 4), st.integers(0, 2), max_size=3)),
    st.tuples(st.just("latest")),
    st.tuples(st.just("cool")),
    st.tuples(st.just("drained")),
    st.tuples(st.just("later")),
    st.tuples(st.just("steps"), st.integers(1, 12)),
)


def happen(world: World, what: str, *how: object) -> None:
    ready = {number for number, one in world.records.outcomes.items() if one.state == "ready"}
    match what, *how:
        case "deploy", bool(moves), Policy() as asks:
            deploy(world, len(world.records.releases) + 1, traffic=moves, asks=asks)
        case "break", type() as step:
            world.cannot[len(world.records.releases)] = step
        case ("mend",):
            world.cannot.clear()
        case "env", str(mode):
            give(
                world, env={"MODE": mode}, grants=world.records.settings.grants if world.records.settings else Grants()
            )
        case "grant", bool(given):
            give(world, grants=GRANTS_NET if given else Grants())
        case "lock", int(number) if number in ready:
            set_traffic(world, mode="lock", lock=number)
        case "weights", dict(weights) if set(weights) <= ready and sum(weights.values()):
            set_traffic(world, mode="weights", weights=weights)
        case ("latest",):
            set_traffic(world, mode="latest")
        case ("cool",):
            cool(world)
        case ("drained",):
            world.drained()
        case ("later",):
            world.now += 1
        case "steps", int(count):
            take(world, count)


def take(world: World, count: int) -> None:
    for _ in range(count):
        if not (steps := world.plan()):
            return
        answered = bool(world.answering())
        world.perform(steps[0])
        assert bool(world.answering()) >= answered, "an app that answered does not answer any more"


def come_to_rest(world: World) -> None:
    """Everything that hindered is over, and time passes."""
    world.cannot.clear()
    for _ in range(3):
        world.now += 1
        world.run()
        world.drained()
    world.run()


@effort(max_examples=150, deadline=None)
@given(st.lists(happenings, max_size=25))
def test_whatever_happens_the_app_goes_on_answering_and_ends_up_as_the_records_say(events: list[tuple]) -> None:
    world = World(records())
    for event in events:
        happen(world, *event)
    come_to_rest(world)
    assert world.plan() == []
    answering = list(named_by(world.records.traffic))
    assert set(world.answering()) == set(answering)
    assert world.here.route.traffic == world.records.traffic
    wanted = {number: spec(world, number) for number in kept(world.records, world.here)}
    assert world.here.route.pools == wanted
    assert {(pool.number, pool.short) for pool in world.here.pools} == {
        (n, PoolState(n, s).short) for n, s in wanted.items()
    }
    assert world.here.unpacked == {PoolState(n, s).short for n, s in wanted.items()}


NET = Permissions(net=("db:5432",))
POLICIES = [
    Policy(code=code, permissions=asked) for code in ("restricted", "trusted") for asked in (Permissions(), NET)
]


@pytest.mark.parametrize("new", POLICIES)
@pytest.mark.parametrize("old", POLICIES)
def test_a_policy_is_narrower_where_it_takes_plain_code_or_a_permission_away(new: Policy, old: Policy):
    less_code = (old.code, new.code) == ("trusted", "restricted")
    less_net = old.permissions == NET and new.permissions != NET
    assert narrower(new, old) == (less_code or less_net)


# --- an app that was removed and is kept --------------------------------------------------------------------------


def kept_record(at: datetime = AT) -> Removed:
    return Removed(app="shop", created_at=at, removed_at=at, removed_by="ada")


def test_the_data_of_an_app_that_was_removed_and_is_kept_is_set_aside_under_its_stamp() -> None:
    world = deployed(1)
    world.records = AppRecords("shop", removed={stamp(AT): kept_record()})
    world.run()
    world.drained()
    assert world.run() == [do.Forget(keep_data=True, kept_as=stamp(AT))]


def test_the_data_of_an_app_of_which_one_document_alone_was_lost_is_set_aside() -> None:
    world = deployed(1)
    world.records = replace(world.records, app=None)
    world.run()
    world.drained()
    assert world.run() == [do.Forget(keep_data=True)]


def test_one_removed_while_the_node_was_down_and_followed_by_another_is_set_aside_too() -> None:
    world = deployed(1)
    later = AT + timedelta(days=1)
    world.records = replace(records(), app=app(later), removed={stamp(AT): kept_record()})
    world.run()
    world.drained()
    assert do.Forget(keep_data=True, kept_as=stamp(AT)) in world.run()


def test_data_that_is_kept_no_longer_is_deleted_and_no_other() -> None:
    world = World(AppRecords("shop", removed={2: kept_record()}))
    world.here = replace(world.here, kept=frozenset({1, 2}))
    assert world.run() == [do.Purge(1)]


def test_data_of_an_app_that_was_brought_back_is_not_deleted_before_it_is_back_in_its_place() -> None:
    world = World(records(release(1), ready=(1,), latest=1))
    world.here = replace(world.here, kept=frozenset({stamp(AT), 7}))
    assert [step for step in world.run() if isinstance(step, do.Purge)] == [do.Purge(7)]
