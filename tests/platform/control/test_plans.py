"""What a deploy or a change of grants writes: decided without any store."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from vaas.core.policy import Permissions, Policy
from vaas.platform.control.app_state import AppState
from vaas.platform.control.plans import Changes, Order, plan_deploy, plan_settings
from vaas.platform.control.settings_edit import revised
from vaas.platform.records import keys, records
from vaas.platform.records.documents import Found
from vaas.platform.records.records import App, Grants, Manifest, Outcome, Release, Settings, Traffic
from vaas.platform.store.interface import Delete, Put

AT = datetime(2026, 1, 1, tzinfo=UTC)
ONE, TWO = "1" * 64, "2" * 64
NET = Grants(permissions=Permissions(net=("a.example:443",)))
PLAIN = Manifest(name="shop")
ASKING = Manifest(name="shop", policy=Policy(permissions=NET.permissions))
NOTHING = AppState("shop", None, None, None, [], {})


def outcome(number: int, state: records.State, missing: Grants | None = None) -> Outcome:
    return Outcome(app="shop", number=number, state=state, missing=missing, at=AT)


def apply(state: AppState, changes: Changes) -> AppState:
    """What would be read after a commit: the store's part, for one app."""
    for change in changes:
        state = _delete(state, change) if isinstance(change, Delete) else _put(state, change)
    return state


def _delete(state: AppState, change: Delete) -> AppState:
    left = {n: outcome for n, outcome in state.outcomes.items() if keys.outcome("shop", n) != change.key}
    assert len(left) == len(state.outcomes) - 1
    return state._replace(outcomes=left)


def _put(state: AppState, change: Put) -> AppState:
    kind = change.key.split("/")[2]
    if kind == "releases":
        release = records.decode(change.value, Release)
        return state._replace(releases=[release, *state.releases])
    if kind == "outcomes":
        new = records.decode(change.value, Outcome)
        return state._replace(outcomes={**state.outcomes, new.number: new})
    if kind == "history":
        return state
    field, record = {"apps": ("app", App), "settings": ("settings", Settings), "traffic": ("traffic", Traffic)}[kind]
    return state._replace(**{field: Found(records.decode(change.value, record), change.key, 1)})


def deploy(state: AppState, digest: str, manifest: Manifest = PLAIN, **order: bool) -> AppState:
    return apply(state, plan_deploy(state, Order(digest=digest, **order), manifest, 10, "ann", AT).changes)


def proven(state: AppState, number: int) -> AppState:
    """What a node writes when the candidate has started."""
    traffic = replace(state.current_traffic(), latest=number, candidate=0)
    return state._replace(
        traffic=Found(traffic, keys.traffic("shop"), 1),
        outcomes={**state.outcomes, number: outcome(number, "ready")},
    )


def failed(state: AppState, number: int) -> AppState:
    traffic = replace(state.current_traffic(), candidate=0)
    return state._replace(
        traffic=Found(traffic, keys.traffic("shop"), 1),
        outcomes={**state.outcomes, number: outcome(number, "failed")},
    )


def grant(state: AppState, granted: Grants) -> AppState:
    before = state.current_settings()
    return apply(state, plan_settings(state, revised(before, replace(before, grants=granted), "boss", AT), AT))


def numbers(state: AppState) -> list[int]:
    return [release.number for release in state.releases]


def test_the_first_deploy_makes_the_app_its_settings_and_a_candidate():
    after = deploy(NOTHING, ONE)
    assert after.app is not None
    assert after.app.record.releases == 1
    assert after.current_settings().revision == 1
    assert (after.current_traffic().candidate, after.current_traffic().latest) == (1, 0)
    assert after.outcomes == {}


def test_a_candidate_gets_no_traffic_before_it_is_proven():
    after = deploy(proven(deploy(NOTHING, ONE), 1), TWO)
    assert (after.current_traffic().candidate, after.current_traffic().latest) == (2, 1)


def test_a_redeploy_of_the_same_bundle_is_a_no_op():
    state = proven(deploy(NOTHING, ONE), 1)
    plan = plan_deploy(state, Order(digest=ONE), PLAIN, 10, "ann", AT)
    assert plan[:3] == (1, False, [])


def test_a_redeploy_of_a_candidate_is_a_no_op():
    state = deploy(NOTHING, ONE)
    assert plan_deploy(state, Order(digest=ONE), PLAIN, 10, "ann", AT)[:3] == (1, False, [])


def test_a_redeploy_of_a_release_that_failed_is_a_new_release():
    state = failed(deploy(NOTHING, ONE), 1)
    assert numbers(deploy(state, ONE)) == [2, 1]


def test_going_back_to_the_bundle_that_answers_after_a_failed_deploy_is_a_no_op():
    state = failed(deploy(proven(deploy(NOTHING, ONE), 1), TWO), 2)
    assert plan_deploy(state, Order(digest=ONE), PLAIN, 10, "ann", AT)[:3] == (1, False, [])


def test_an_older_bundle_is_a_new_release():
    state = proven(deploy(proven(deploy(NOTHING, ONE), 1), TWO), 2)
    assert numbers(deploy(state, ONE)) == [3, 2, 1]


def test_deploying_with_traffic_what_was_deployed_without_is_a_new_release():
    state = proven(deploy(NOTHING, ONE, traffic=False), 1)
    assert numbers(deploy(state, ONE)) == [2, 1]
    assert numbers(deploy(state, ONE, traffic=False)) == [1]


def test_a_second_deploy_replaces_the_candidate_and_records_its_outcome():
    after = deploy(deploy(NOTHING, ONE), TWO)
    assert after.current_traffic().candidate == 2
    assert (after.outcomes[1].state, after.outcomes[1].error) == ("failed", "Replaced by v2 before it had started.")


def test_a_release_that_asks_for_more_than_is_granted_waits_and_names_it():
    after = deploy(proven(deploy(NOTHING, ONE), 1), TWO, ASKING)
    assert (after.outcomes[2].state, after.outcomes[2].missing) == ("waiting", NET)
    assert (after.current_traffic().candidate, after.current_traffic().latest) == (0, 1)


def test_a_waiting_release_leaves_the_candidate_alone():
    after = deploy(deploy(NOTHING, ONE), TWO, ASKING)
    assert after.current_traffic().candidate == 1


def test_a_deploy_that_grants_what_it_asks_for_starts_at_once():
    after = deploy(NOTHING, ONE, ASKING, grant=True)
    assert after.current_traffic().candidate == 1
    assert after.current_settings().grants == NET
    assert "+net=a.example:443" in after.current_settings().change


def test_what_is_granted_stays_granted_for_later_releases():
    after = deploy(proven(deploy(NOTHING, ONE, ASKING, grant=True), 1), TWO, ASKING)
    assert after.current_traffic().candidate == 2


def test_redeploying_a_waiting_release_with_grant_starts_that_release():
    state = deploy(NOTHING, ONE, ASKING)
    plan = plan_deploy(state, Order(digest=ONE, grant=True), ASKING, 10, "ann", AT)
    after = apply(state, plan.changes)
    assert (plan.number, plan.created) == (1, False)
    assert after.current_traffic().candidate == 1
    assert after.outcomes == {}


def test_granting_what_a_release_waits_for_makes_it_the_candidate():
    after = grant(deploy(NOTHING, ONE, ASKING), NET)
    assert after.current_traffic().candidate == 1
    assert after.outcomes == {}
    assert after.current_settings().revision == 2


def test_granting_a_part_shows_what_is_still_missing():
    more = Permissions(net=("a.example:443",), subprocess=True)
    state = deploy(NOTHING, ONE, Manifest(name="shop", policy=Policy(permissions=more)))
    after = grant(state, NET)
    assert after.outcomes[1].missing == Grants(permissions=Permissions(subprocess=True))
    assert after.current_traffic().candidate == 0


def test_of_several_that_wait_the_newest_is_started():
    after = grant(deploy(deploy(NOTHING, ONE, ASKING), TWO, ASKING), NET)
    assert after.current_traffic().candidate == 2
    assert after.outcomes[1].state == "waiting"


def test_a_release_older_than_the_one_that_answers_stays_waiting():
    after = grant(proven(deploy(deploy(NOTHING, ONE, ASKING), TWO), 2), NET)
    assert (after.current_traffic().candidate, after.current_traffic().latest) == (0, 2)


def test_taking_away_what_the_candidate_asks_for_makes_it_wait():
    after = grant(deploy(NOTHING, ONE, ASKING, grant=True), Grants())
    assert after.current_traffic().candidate == 0
    assert (after.outcomes[1].state, after.outcomes[1].missing) == ("waiting", NET)


def test_settings_that_say_the_same_are_no_new_revision():
    state = deploy(NOTHING, ONE)
    before = state.current_settings()
    assert plan_settings(state, revised(before, before, "ann", AT), AT) == []
