"""Settings and grants over the API: revisions, their authors, and two people at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vaas.platform.reconciler.record_trial import accept_trial

SETTINGS = "/apps/shop/settings"


def change(shop: Any, revision: int, **env: str) -> Any:
    changes = {f"env.{name}": value for name, value in env.items()}
    return shop.request("PATCH", SETTINGS, {"changes": changes, "revision": revision})


def test_a_change_is_a_numbered_revision_with_its_author(shop: Any):
    after = shop.ok(change(shop, 1, MODE="dark"))
    assert (after["revision"], after["author"], after["change"]) == (2, "ann", "env.MODE=dark")
    assert shop.get(SETTINGS) == after


def test_the_history_keeps_every_revision_newest_first(shop: Any):
    change(shop, 1, MODE="dark")
    change(shop, 2, MODE="light")
    assert [(each["revision"], each["env"]) for each in shop.get(f"{SETTINGS}/history")] == [
        (3, {"MODE": "light"}),
        (2, {"MODE": "dark"}),
        (1, {}),
    ]


def test_limits_are_given_as_in_the_manifest(shop: Any):
    order = {"changes": {"limits.timeout": "5s", "limits.memory": "64MB"}, "revision": 1}
    assert shop.send("PATCH", SETTINGS, order)["limits"] == {"timeout": 5, "memory": 64 * 1024 * 1024}


def test_the_history_and_a_revert_tell_limits_as_set_takes_them(shop: Any):
    order = {"changes": {"limits.timeout": "1.5s", "limits.disk": "2GB"}, "revision": 1}
    assert shop.send("PATCH", SETTINGS, order)["change"] == "limits.timeout=1.5s limits.disk=2GB"
    shop.send("POST", f"{SETTINGS}/revert", {"to": 1, "revision": 2})
    again = shop.send("POST", f"{SETTINGS}/revert", {"to": 2, "revision": 3})
    *why, first, second = again["change"].split()
    assert (why, {first, second}) == (["revert", "to", "2"], {"limits.timeout=1.5s", "limits.disk=2GB"})


def test_a_bad_value_is_told_by_its_key_and_changes_nothing(shop: Any):
    changes = {"env.MODE": "dark", "limits.timeout": "5 parsecs"}
    response = shop.request("PATCH", SETTINGS, {"changes": changes, "revision": 1})
    assert (response.status_code, response.json()["key"]) == (422, "limits.timeout")
    assert shop.get(SETTINGS)["revision"] == 1


def test_a_change_of_an_older_revision_is_refused_with_what_has_changed_since(shop: Any):
    change(shop, 1, MODE="dark")
    change(shop, 2, COLOUR="red")
    response = change(shop, 1, MODE="light")
    problem = response.json()
    assert (response.status_code, problem["code"], problem["revision"]) == (409, "settings-changed", 3)
    assert [(each["revision"], each["author"], each["change"]) for each in problem["changes"]] == [
        (3, "ann", "env.COLOUR=red"),
        (2, "ann", "env.MODE=dark"),
    ]
    assert shop.get(SETTINGS)["env"] == {"MODE": "dark", "COLOUR": "red"}


def test_of_two_who_save_at_once_one_wins_and_the_other_is_told(shop: Any):
    async def at_once() -> list[Any]:
        orders = [{"changes": {f"env.{name}": "1"}, "revision": 1} for name in ("A", "B")]
        return await asyncio.gather(*(shop.requesting("PATCH", SETTINGS, order) for order in orders))

    responses = shop.run(at_once())
    assert sorted(response.status_code for response in responses) == [200, 409]
    assert len(shop.get(SETTINGS)["env"]) == 1


def test_a_change_that_changes_nothing_is_no_revision(shop: Any):
    change(shop, 1, MODE="dark")
    assert shop.ok(change(shop, 2, MODE="dark"))["revision"] == 2


def test_going_back_is_a_new_revision(shop: Any):
    change(shop, 1, MODE="dark")
    after = shop.send("POST", f"{SETTINGS}/revert", {"to": 1, "revision": 2})
    assert (after["revision"], after["env"]) == (3, {})
    assert after["change"] == "revert to 1 -env.MODE"


@pytest.mark.parametrize("to", [0, -1, 7])
def test_going_back_to_a_revision_that_never_was_is_refused(shop: Any, to: int):
    response = shop.request("POST", f"{SETTINGS}/revert", {"to": to, "revision": 1})
    assert (response.status_code, response.json()["code"]) == (404, "revision-not-found")


def test_going_back_from_an_older_revision_is_refused(shop: Any):
    change(shop, 1, MODE="dark")
    assert shop.request("POST", f"{SETTINGS}/revert", {"to": 1, "revision": 1}).status_code == 409


def test_going_back_takes_later_grants_away(shop: Any):
    shop.send("POST", "/apps/shop/grants", {"add": {"permissions": {"net": ["a.example:443"]}}})
    assert shop.send("POST", f"{SETTINGS}/revert", {"to": 1, "revision": 2})["grants"]["permissions"] == {}


def test_grants_are_given_and_taken_away(shop: Any):
    given = shop.send("POST", "/apps/shop/grants", {"add": {"code": "trusted", "permissions": {"modules": ["httpx"]}}})
    assert given["grants"] == {"code": "trusted", "permissions": {"modules": ["httpx"]}}
    taken = shop.send("POST", "/apps/shop/grants", {"remove": {"permissions": {"modules": ["httpx"]}}})
    assert (taken["grants"]["permissions"], taken["change"]) == ({}, "-modules=httpx")


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ({"add": {"permissions": {"net": ["nonsense"]}}}, 422, "grant-invalid"),
        ({"add": {"permissions": {"read": ["../etc"]}}}, 422, "grant-invalid"),
        ({"remove": {"permissions": {"net": ["a.example:443"]}}}, 422, "not-granted"),
        ({"release": 9}, 404, "release-not-found"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(shop: Any, order: Any, status: int, code: str):
    response = shop.request("POST", "/apps/shop/grants", order)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_an_unknown_permission_is_refused(shop: Any):
    response = shop.request("POST", "/apps/shop/grants", {"add": {"permissions": {"modlues": ["httpx"]}}})
    assert response.status_code == 422
    assert "modlues" in response.text


def test_the_environment_is_shown_to_those_who_may_deploy_and_hidden_from_the_rest(shop: Any):
    change(shop, 1, KEY="s3cret")
    own, other, viewer = shop.token("deployer", "shop"), shop.token("deployer", "till"), shop.token("viewer")
    for path in (SETTINGS, f"{SETTINGS}/history", "/apps/shop"):
        assert "s3cret" in shop.request("GET", path, token=own).text
        for token in (other, viewer):
            text = shop.request("GET", path, token=token).text
            assert "KEY" in text
            assert "s3cret" not in text


def test_settings_of_an_unknown_app_are_not_found(api: Any):
    for method, path in [("GET", ""), ("GET", "/history")]:
        assert api.request(method, f"{SETTINGS}{path}").json()["code"] == "app-not-found"


# --- before the first deploy


def test_settings_and_grants_can_be_decided_before_the_first_deploy_and_count_from_then_on(api: Any):
    api.ok(change(api, 0, MODE="dark"))
    net = {"permissions": {"net": ["a.example:443"]}}
    api.send("POST", "/apps/shop/grants", {"add": net})
    [app] = api.get("/apps")
    assert (app["state"], app["releases"]) == ("not deployed yet", 0)
    made = api.deploy(manifest='[permissions]\nnet = ["a.example:443"]')
    assert (made["release"]["number"], made["release"]["outcome"]) == (1, None)
    api.prove("shop", 1)
    shown = api.get("/apps/shop")
    assert (shown["state"], shown["settings"]["env"]) == ("ready", {"MODE": "dark"})


def test_what_was_decided_before_the_first_deploy_does_not_grant_more_than_that(api: Any):
    api.ok(change(api, 0, MODE="dark"))
    made = api.deploy(manifest='[permissions]\nnet = ["a.example:443"]')
    assert made["release"]["outcome"]["state"] == "waiting"


def test_a_deployer_decides_before_the_first_deploy_for_its_own_apps_alone(api: Any):
    body = {"changes": {"env.A": "1"}, "revision": 0}
    token = api.token("deployer", "shop")
    assert api.request("PATCH", "/apps/till/settings", body, token=token).status_code == 403
    assert api.request("PATCH", SETTINGS, body, token=token).status_code == 200
    assert [each["name"] for each in api.get("/apps")] == ["shop"]


def test_a_name_that_no_app_can_have_gets_no_settings(api: Any):
    body = {"changes": {"env.A": "1"}, "revision": 0}
    response = api.request("PATCH", "/apps/Shop_1/settings", body)
    assert (response.status_code, response.json()["code"]) == (422, "app-name-invalid")
    assert api.get("/apps") == []


def test_a_mistake_makes_no_app(api: Any):
    body = {"changes": {"limits.nonsense": "1"}, "revision": 0}
    assert api.request("PATCH", SETTINGS, body).status_code == 422
    assert api.get("/apps") == []


# --- on trial -----------------------------------------------------------------------------------------------------


def revision(shop: Any, number: int, wait: float = 0) -> Any:
    return shop.get(f"{SETTINGS}/revisions/{number}?wait={wait}")


def test_a_change_is_in_force_once_the_app_has_started_with_it(shop: Any):
    after = shop.ok(change(shop, 1, MODE="dark"))
    assert (after["state"], after["in_force"]) == ("starting", 1)
    assert shop.get("/apps/shop")["settings"]["env"] == {}
    shop.try_out("shop", 2)
    assert (revision(shop, 2)["state"], revision(shop, 2)["in_force"]) == ("ready", 2)
    assert shop.get("/apps/shop")["settings"]["env"] == {"MODE": "dark"}


def test_a_change_that_the_app_does_not_start_with_is_a_failed_revision_and_both_are_shown(shop: Any):
    change(shop, 1, MODE="bad")
    shop.try_out("shop", 2, "no such mode")
    found = revision(shop, 2)
    assert (found["state"], found["failed"], found["in_force"]) == ("failed", "no such mode", 1)
    assert (found["trial"]["where"], found["trial"]["traceback"]) == ("app.py:3", "Traceback …")
    detail = shop.get("/apps/shop")
    assert (detail["settings"]["revision"], detail["trial"]["settings"]["env"]) == (1, {"MODE": "bad"})
    assert [(each["revision"], each["failed"]) for each in shop.get(f"{SETTINGS}/history")] == [
        (2, "no such mode"),
        (1, ""),
    ]


def test_after_a_failed_revision_the_next_one_is_made_on_what_is_in_force(shop: Any):
    change(shop, 1, MODE="bad")
    shop.try_out("shop", 2, "no such mode")
    assert shop.get(SETTINGS)["revision"] == 1
    after = shop.ok(change(shop, 1, OTHER="1"))
    assert (after["revision"], after["env"]) == (3, {"OTHER": "1"})


def test_the_same_change_that_has_failed_is_tried_again(shop: Any):
    change(shop, 1, MODE="bad")
    shop.try_out("shop", 2, "no such mode")
    assert shop.ok(change(shop, 1, MODE="bad"))["state"] == "starting"


def test_a_change_made_during_a_trial_takes_its_place_with_what_it_says(shop: Any):
    change(shop, 1, MODE="dark")
    after = shop.ok(change(shop, 2, COLOUR="red"))
    assert (after["revision"], after["env"]) == (3, {"MODE": "dark", "COLOUR": "red"})
    assert "Revision 3 came before" in revision(shop, 2)["failed"]
    shop.try_out("shop", 2, "too late")
    assert revision(shop, 3)["state"] == "starting"


def test_a_verdict_is_waited_for(shop: Any):
    change(shop, 1, MODE="dark")

    async def both() -> Any:
        waiting = asyncio.ensure_future(shop.requesting("GET", f"{SETTINGS}/revisions/2?wait=20"))
        await asyncio.sleep(0)
        await accept_trial(shop.store, "shop", 2)
        return (await waiting).json()

    assert shop.run(both())["state"] == "ready"


def test_a_permission_taken_away_is_in_force_before_it_is_known_whether_the_app_starts_without(shop: Any):
    net = {"permissions": {"net": ["a.example:443"]}}
    asking = '[permissions]\nnet = ["a.example:443"]'
    shop.deploy(code="2", manifest=asking, grant=True)
    shop.prove("shop", 2)
    taken = shop.send("POST", "/apps/shop/grants", {"remove": net})
    assert (taken["state"], taken["revision"], taken["in_force"]) == ("starting", 3, 3)
    shop.try_out("shop", 3, "it needs the net")
    assert shop.get("/apps/shop")["settings"]["grants"]["permissions"] == {}
    assert revision(shop, 3)["state"] == "failed"


def test_a_permission_taken_away_does_not_put_in_force_what_is_only_being_tried(shop: Any):
    net = {"permissions": {"net": ["a.example:443"]}}
    shop.send("POST", "/apps/shop/grants", {"add": net})
    change(shop, 2, MODE="dark")
    shop.send("POST", "/apps/shop/grants", {"remove": net})
    assert shop.get(SETTINGS)["env"] == {}
    assert "Revision 4 came before" in revision(shop, 3)["failed"]


def test_what_is_forced_is_in_force_at_once(shop: Any):
    order = {"changes": {"env.MODE": "bad"}, "revision": 1, "force": True}
    assert shop.send("PATCH", SETTINGS, order)["in_force"] == 2


def test_settings_of_an_app_of_which_nothing_answers_need_no_trial(api: Any):
    api.deploy()
    assert api.ok(change(api, 1, MODE="dark"))["state"] == "ready"


def test_settings_that_make_no_difference_to_what_answers_need_no_trial(shop: Any):
    given = shop.send("POST", "/apps/shop/grants", {"add": {"permissions": {"net": ["a.example:443"]}}})
    assert (given["state"], given["in_force"]) == ("ready", 2)


def test_a_trial_hides_its_environment_from_a_viewer(shop: Any):
    change(shop, 1, PASSWORD="hunter2")
    viewer = shop.token("viewer")
    for path in (SETTINGS, f"{SETTINGS}/revisions/2", "/apps/shop"):
        text = shop.request("GET", path, token=viewer).text
        assert "PASSWORD" in text
        assert "hunter2" not in text


def test_a_removed_app_leaves_no_trial_behind(shop: Any):
    change(shop, 1, MODE="dark")
    shop.send("DELETE", "/apps/shop")
    assert [entry.key for entry in shop.run(shop.store.scan("/vaas/trials/")).entries] == []
