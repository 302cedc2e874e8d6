"""Who may grant, what may be granted at all, and what waits: on every way that gives an app a permission."""

from __future__ import annotations

from typing import Any

import pytest

NET = '[permissions]\nnet = ["api.example.com:443"]'
GRANTS = "/apps/shop/grants"
ASKED = {"add": {"permissions": {"net": ["api.example.com:443"]}}}


def deny(api: Any, *rules: str, allow: tuple[str, ...] = ()) -> Any:
    changes = {"platform.grants.deny": list(rules), "platform.grants.allow": list(allow)}
    revision = api.get("/settings")["revision"]
    return api.send("PATCH", "/settings", {"changes": changes, "revision": revision})


def order(api: Any, pack: Any, manifest: str, **more: Any) -> dict[str, Any]:
    return {"digest": api.upload(pack("shop", "2", manifest)), **more}


def granted(api: Any) -> Any:
    return api.get("/apps/shop/settings")["grants"]


def is_nothing(grants: Any) -> bool:
    return grants.get("code", "restricted") == "restricted" and not grants.get("permissions")


# --- who


def test_a_deployers_release_that_asks_for_more_waits_even_if_it_grants(shop: Any, pack: Any):
    token = shop.token("deployer", "shop")
    made = shop.send("POST", "/apps/shop/releases", order(shop, pack, NET, grant=True), token=token)
    assert (made["release"]["outcome"]["state"], made["may_grant"]) == ("waiting", False)
    assert is_nothing(granted(shop))


def test_a_deployers_release_that_asks_for_no_more_than_is_granted_starts(shop: Any, pack: Any):
    shop.send("POST", GRANTS, ASKED)
    token = shop.token("deployer", "shop")
    made = shop.send("POST", "/apps/shop/releases", order(shop, pack, NET, grant=True), token=token)
    assert made["release"]["outcome"] is None


def test_a_deployer_cannot_grant_what_waits(shop: Any, pack: Any):
    token = shop.token("deployer", "shop")
    shop.send("POST", "/apps/shop/releases", order(shop, pack, NET), token=token)
    for body in ({"release": 2}, ASKED):
        response = shop.request("POST", GRANTS, body, token=token)
        assert (response.status_code, response.json()["code"]) == (403, "right-missing")
    assert is_nothing(granted(shop))


def test_a_deployer_cannot_go_back_to_settings_that_granted_more(shop: Any):
    shop.send("POST", GRANTS, ASKED)
    shop.send("POST", GRANTS, {"remove": ASKED["add"]})
    body = {"to": 2, "revision": 3}
    response = shop.request("POST", "/apps/shop/settings/revert", body, token=shop.token("deployer", "shop"))
    assert (response.status_code, response.json()["code"]) == (403, "right-missing")
    assert is_nothing(granted(shop))


def test_a_deployer_may_go_back_to_settings_that_granted_no_more(shop: Any):
    token = shop.token("deployer", "shop")
    shop.send("PATCH", "/apps/shop/settings", {"changes": {"env.A": "1"}, "revision": 1}, token=token)
    assert shop.send("POST", "/apps/shop/settings/revert", {"to": 1, "revision": 2}, token=token)["env"] == {}


@pytest.mark.parametrize("role", [("owner", "shop"), ("admin",)])
def test_an_owner_and_an_admin_grant_what_waits(shop: Any, pack: Any, role: tuple[str, ...]):
    shop.send("POST", "/apps/shop/releases", order(shop, pack, NET))
    shop.send("POST", GRANTS, {"release": 2}, token=shop.token(*role))
    assert shop.get("/apps/shop/releases/2")["outcome"] is None


def test_an_owner_of_one_app_grants_nothing_to_another(shop: Any):
    assert shop.request("POST", GRANTS, ASKED, token=shop.token("owner", "till")).status_code == 403


# --- what waits


def test_what_waits_is_listed_with_what_for_by_whom_and_since_when(shop: Any, pack: Any):
    assert shop.get("/grants") == []
    body = order(shop, pack, NET, message="prices")
    release = shop.send("POST", "/apps/shop/releases", body, token=shop.token("deployer", "shop"))["release"]
    [found] = shop.get("/grants")
    assert found["since"] == release["created_at"]
    del found["since"]
    assert found == {
        "app": "shop",
        "release": 2,
        "grants": ["net=api.example.com:443"],
        "denied": [],
        "deployed_by": "a deployer",
        "message": "prices",
    }


def test_what_is_granted_or_has_been_overtaken_waits_no_more(shop: Any, pack: Any):
    shop.send("POST", "/apps/shop/releases", order(shop, pack, NET))
    shop.deploy(code="3")
    shop.prove("shop", 3)
    assert shop.get("/grants") == []
    shop.deploy(code="4", manifest=NET)
    assert [each["release"] for each in shop.get("/grants")] == [4]
    shop.send("POST", GRANTS, ASKED)
    assert shop.get("/grants") == []


def test_what_waits_in_vain_says_so(shop: Any, pack: Any):
    deny(shop, "net=*")
    shop.send("POST", "/apps/shop/releases", order(shop, pack, NET))
    assert shop.get("/grants")[0]["denied"] == ["net=api.example.com:443"]


# --- what at all


def refused(response: Any) -> bool:
    return (response.status_code, response.json()["code"]) == (403, "grant-denied")


@pytest.mark.parametrize(
    ("rule", "manifest"),
    [("net=*", NET), ("code=trusted", 'code = "trusted"'), ("subprocess=true", "[permissions]\nsubprocess = true")],
)
def test_what_the_platform_denies_is_granted_on_no_way_and_by_nobody(shop: Any, pack: Any, rule: str, manifest: str):
    deny(shop, rule)
    assert refused(shop.request("POST", "/apps/shop/releases", order(shop, pack, manifest, grant=True)))
    assert [each["number"] for each in shop.get("/apps/shop/releases")] == [1]
    shop.send("POST", "/apps/shop/releases", order(shop, pack, manifest))
    assert refused(shop.request("POST", GRANTS, {"release": 2}))
    assert is_nothing(granted(shop))
    assert shop.get("/apps/shop/releases/2")["outcome"]["state"] == "waiting"


def test_going_back_does_not_bring_back_what_is_denied_by_now(shop: Any):
    shop.send("POST", GRANTS, ASKED)
    shop.send("POST", GRANTS, {"remove": ASKED["add"]})
    deny(shop, "net=*")
    assert refused(shop.request("POST", "/apps/shop/settings/revert", {"to": 2, "revision": 3}))


def test_a_first_deploy_is_held_to_the_policy_too(api: Any, pack: Any):
    deny(api, "code=trusted")
    body = {"digest": api.upload(pack("shop", "1", 'code = "trusted"')), "grant": True}
    assert refused(api.request("POST", "/apps/shop/releases", body))
    assert api.get("/apps") == []


def test_what_is_allowed_may_be_granted_all_the_same(shop: Any):
    deny(shop, "net=*", allow=("net=api.example.com:443",))
    assert shop.send("POST", GRANTS, ASKED)["grants"]["permissions"] == {"net": ["api.example.com:443"]}


def test_what_was_granted_before_stays_and_can_be_taken_away(shop: Any):
    shop.send("POST", GRANTS, ASKED)
    deny(shop, "net=*")
    assert not is_nothing(granted(shop))
    shop.send("PATCH", "/apps/shop/settings", {"changes": {"env.A": "1"}, "revision": 2})
    assert is_nothing(shop.send("POST", GRANTS, {"remove": ASKED["add"]})["grants"])


# --- the platform's settings


def test_the_platforms_settings_have_revisions_with_their_author(api: Any):
    deny(api, "net=*")
    assert deny(api, "net=*", "code=trusted")["revision"] == 2
    history = api.get("/settings/history")
    assert [(each["revision"], each["author"], each["grants_deny"]) for each in history] == [
        (2, "ann", ["net=*", "code=trusted"]),
        (1, "ann", ["net=*"]),
    ]


def test_a_change_of_an_older_revision_of_them_is_refused(api: Any):
    deny(api, "net=*")
    body = {"changes": {"platform.grants.deny": None}, "revision": 0}
    response = api.request("PATCH", "/settings", body)
    assert (response.status_code, response.json()["code"]) == (409, "platform-settings-changed")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"platform.grants": []}, "platform-setting-unknown"),
        ({"platform.grants.deny": "net=*"}, "platform-setting-invalid"),
        ({"platform.grants.deny": [1]}, "platform-setting-invalid"),
        ({"platform.grants.deny": ["network=*"]}, "rule-invalid"),
    ],
)
def test_settings_of_the_platform_that_make_no_sense_are_refused(api: Any, changes: Any, code: str):
    response = api.request("PATCH", "/settings", {"changes": changes, "revision": 0})
    assert (response.status_code, response.json()["code"]) == (422, code)


def test_a_change_of_them_that_changes_nothing_is_no_revision(api: Any):
    assert deny(api)["revision"] == 0
