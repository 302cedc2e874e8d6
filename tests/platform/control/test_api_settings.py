"""Settings and grants over the API: revisions, their authors, and two people at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

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
    assert api.request("PATCH", SETTINGS, {"changes": {}, "revision": 0}).json()["code"] == "app-not-found"
