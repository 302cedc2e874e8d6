"""Traffic and rollback over the API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

TRAFFIC = "/apps/shop/traffic"


@pytest.fixture
def three(shop: Any) -> Any:
    """v1 and v2 have started, v3 has failed."""
    shop.deploy(code="2")
    shop.prove("shop", 2)
    shop.deploy(code="3")
    shop.prove("shop", 3, state="failed", error="boom")
    return shop


def shares(api: Any) -> dict[int, float]:
    return {each["number"]: each["share"] for each in api.get("/apps/shop/releases") if each["share"]}


def test_the_newest_release_that_started_answers(three: Any):
    assert shares(three) == {2: 1.0}


def test_traffic_can_be_locked_and_put_back(three: Any):
    three.send("PUT", TRAFFIC, {"mode": "lock", "lock": 1})
    assert shares(three) == {1: 1.0}
    three.send("PUT", TRAFFIC, {"mode": "latest"})
    assert shares(three) == {2: 1.0}


def test_traffic_can_be_split_by_any_weights(three: Any):
    after = three.send("PUT", TRAFFIC, {"mode": "weights", "weights": {"1": 0.5, "2": 1.5}, "sticky": "cookie"})
    assert (after["weights"], after["sticky"]) == ({"1": 0.5, "2": 1.5}, "cookie")
    assert shares(three) == {1: 0.25, 2: 0.75}


def test_a_locked_app_stays_locked_over_a_deploy(three: Any):
    three.send("PUT", TRAFFIC, {"mode": "lock", "lock": 1})
    three.deploy(code="4")
    three.prove("shop", 4)
    assert shares(three) == {1: 1.0}
    assert three.get(TRAFFIC)["latest"] == 4


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ({"mode": "lock", "lock": 9}, 422, "traffic-misses-release"),
        ({"mode": "lock"}, 422, "traffic-misses-release"),
        ({"mode": "lock", "lock": 3}, 409, "release-not-ready"),
        ({"mode": "weights", "weights": {"1": 1, "9": 1}}, 422, "traffic-misses-release"),
        ({"mode": "weights", "weights": {"1": 0, "2": 0}}, 422, "weights-empty"),
        ({"mode": "weights"}, 422, "weights-empty"),
        ({"mode": "weights", "weights": {"1": -1, "2": 5}}, 422, "weight-invalid"),
        ({"mode": "weights", "weights": {"2": 1, "3": 1}}, 409, "release-not-ready"),
        ({"mode": "latest", "sticky": "footer:x"}, 422, "sticky-invalid"),
    ],
)
def test_traffic_that_makes_no_sense_is_refused_and_changes_nothing(three: Any, order: Any, status: int, code: str):
    before = three.get(TRAFFIC)
    response = three.request("PUT", TRAFFIC, order)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert three.get(TRAFFIC) == before


@pytest.mark.parametrize(
    "order", [{}, {"mode": "best"}, {"mode": "weights", "weights": {"one": 1}}, {"mode": "lock", "lok": 1}, 5]
)
def test_an_order_that_is_none_is_refused(three: Any, order: Any):
    assert three.request("PUT", TRAFFIC, order).status_code == 422


def test_a_weight_of_zero_may_name_a_release_that_failed(three: Any):
    three.send("PUT", TRAFFIC, {"mode": "weights", "weights": {"2": 1, "3": 0}})
    assert shares(three) == {2: 1.0}


def test_rolling_back_goes_to_the_release_that_was_ready_before(three: Any):
    after = three.send("POST", "/apps/shop/rollback", {})
    assert (after["mode"], after["lock"]) == ("lock", 1)
    assert shares(three) == {1: 1.0}


def test_rolling_back_to_a_release_of_choice(three: Any):
    assert three.send("POST", "/apps/shop/rollback", {"release": 2})["lock"] == 2


def test_rolling_back_further_than_there_is_anything_is_refused(three: Any):
    three.send("POST", "/apps/shop/rollback", {"release": None})
    response = three.request("POST", "/apps/shop/rollback", {})
    assert (response.status_code, response.json()["code"]) == (409, "nothing-before")


@pytest.mark.parametrize(("release", "code"), [(3, "release-not-ready"), (9, "traffic-misses-release")])
def test_rolling_back_to_what_cannot_answer_is_refused(three: Any, release: int, code: str):
    assert three.request("POST", "/apps/shop/rollback", {"release": release}).json()["code"] == code


def test_traffic_of_an_unknown_app_is_not_found(api: Any):
    assert api.request("GET", TRAFFIC).json()["code"] == "app-not-found"
    assert api.request("PUT", TRAFFIC, {"mode": "latest"}).json()["code"] == "app-not-found"
    assert api.request("POST", "/apps/shop/rollback", {}).json()["code"] == "app-not-found"


# --- of two who change it at once, the one who had read it before is told


def test_every_decision_is_a_revision_and_a_deploy_is_none(three: Any):
    assert three.get(TRAFFIC)["revision"] == 0
    assert three.send("PUT", TRAFFIC, {"mode": "lock", "lock": 1})["revision"] == 1
    three.deploy(code="4")
    three.prove("shop", 4)
    assert three.send("POST", "/apps/shop/rollback", {"release": 2})["revision"] == 2
    assert three.send("POST", "/apps/shop/rollback", {"release": 2})["revision"] == 2


CHANGES = [
    ("PUT", TRAFFIC, {"mode": "lock", "lock": 2}),
    ("PUT", TRAFFIC, {"mode": "weights", "weights": {"1": 1, "2": 1}}),
    ("POST", "/apps/shop/rollback", {"release": 2}),
]


@pytest.mark.parametrize(("method", "path", "order"), CHANGES)
def test_a_change_made_on_an_older_revision_is_refused_and_told_what_was_decided_since(
    three: Any, method: str, path: str, order: dict[str, Any]
):
    read = three.get(TRAFFIC)["revision"]
    three.send("PUT", TRAFFIC, {"mode": "lock", "lock": 1, "revision": read})
    refused = three.request(method, path, {**order, "revision": read})
    assert (refused.status_code, refused.json()["code"]) == (409, "traffic-changed")
    assert "at revision 1 by now, you had read 0" in refused.json()["detail"]
    assert "v1 answers" in refused.json()["detail"]
    assert shares(three) == {1: 1.0}
    assert three.send(method, path, {**order, "revision": 1})["revision"] == 2


@pytest.mark.parametrize(("method", "path", "order"), CHANGES)
@pytest.mark.parametrize("stale", ['"0"', 'W/"1"', '"0", "7"', "1", "garbage", '"' + "9" * 5000 + '"'])
def test_a_change_that_matches_no_tag_of_its_header_is_refused(
    three: Any, method: str, path: str, order: dict[str, Any], stale: str
):
    three.send("PUT", TRAFFIC, {"mode": "lock", "lock": 1})
    refused = three.request(method, path, order, headers={"If-Match": stale})
    assert (refused.status_code, refused.json()["code"]) == (412, "traffic-not-matched")
    assert shares(three) == {1: 1.0}


@pytest.mark.parametrize("matching", ["ETag", '"0", "1"', "*"])
def test_a_change_that_matches_is_made_and_has_the_next_tag(three: Any, matching: str):
    three.send("PUT", TRAFFIC, {"mode": "lock", "lock": 1})
    etag = three.request("GET", TRAFFIC).headers["etag"]
    given = etag if matching == "ETag" else matching
    changed = three.request("PUT", TRAFFIC, {"mode": "latest"}, headers={"If-Match": given})
    assert (changed.status_code, etag, changed.headers["etag"]) == (200, '"1"', '"2"')


def test_of_many_who_change_it_at_once_one_is_heard_and_the_others_are_told(three: Any):
    async def main() -> list[int]:
        orders = [{"mode": "lock", "lock": number, "revision": 0} for number in (1, 2, 1, 2)]
        answers = await asyncio.gather(*(three.requesting("PUT", TRAFFIC, order) for order in orders))
        return sorted(answer.status_code for answer in answers)

    assert three.run(main()) == [200, 409, 409, 409]
    assert three.get(TRAFFIC)["revision"] == 1
