"""Removing an app, bringing it back, and removing it for good."""

from __future__ import annotations

from typing import Any

import pytest

from vaas.platform.records import keys


def everything(api: Any, but: str = keys.TOKENS) -> dict[str, bytes]:
    entries = api.run(api.store.scan(keys.EVERYTHING)).entries
    return {entry.key: entry.value for entry in entries if not entry.key.startswith(but)}


def test_a_removed_app_is_brought_back_as_it_was(shop: Any):
    shop.send("PATCH", "/apps/shop/settings", {"changes": {"env.KEY": "secret"}, "revision": 1})
    shop.send("PUT", "/domains/shop.example.com", {"app": "shop"})
    before = everything(shop)
    shop.send("DELETE", "/apps/shop")
    assert (shop.get("/apps"), shop.get("/domains")) == ([], [])
    assert shop.send("POST", "/apps/shop/restore")["state"] == "ready"
    assert everything(shop) == before


def test_what_was_removed_is_listed_without_what_is_in_it(shop: Any):
    shop.send("PATCH", "/apps/shop/settings", {"changes": {"env.KEY": "secret"}, "revision": 1})
    shop.send("DELETE", "/apps/shop")
    [found] = shop.get("/removed")
    assert (found["app"], found["releases"], found["removed_by"]) == ("shop", 1, "ann")
    assert "secret" not in str(found)


def test_who_asks_for_a_removed_app_is_told_how_it_comes_back(shop: Any):
    shop.send("DELETE", "/apps/shop")
    assert "vaas rm shop --undo" in shop.request("GET", "/apps/shop").json()["detail"]


def test_what_is_purged_is_kept_nowhere(shop: Any):
    shop.send("DELETE", "/apps/shop?purge=true")
    assert everything(shop) == {}
    assert shop.request("POST", "/apps/shop/restore").json()["code"] == "nothing-removed"


def test_what_was_removed_before_can_be_purged_later(shop: Any):
    shop.send("DELETE", "/apps/shop")
    shop.send("DELETE", "/apps/shop?purge=true")
    assert everything(shop) == {}
    assert shop.request("DELETE", "/apps/shop?purge=true").status_code == 404


def test_a_name_that_is_taken_again_is_not_given_back(shop: Any):
    shop.send("DELETE", "/apps/shop")
    shop.deploy()
    response = shop.request("POST", "/apps/shop/restore")
    assert (response.status_code, response.json()["code"]) == (409, "name-taken")


def test_of_two_apps_of_one_name_the_one_that_was_removed_last_comes_back_first(shop: Any):
    shop.send("DELETE", "/apps/shop")
    shop.deploy(code="second")
    second = shop.get("/apps/shop")["created_at"]
    shop.send("DELETE", "/apps/shop")
    assert len(shop.get("/removed")) == 2
    assert shop.send("POST", "/apps/shop/restore")["created_at"] == second


def test_a_domain_that_leads_elsewhere_by_now_stays_there(shop: Any):
    shop.send("PUT", "/domains/shop.example.com", {"app": "shop"})
    shop.send("DELETE", "/apps/shop")
    shop.deploy("till")
    shop.send("PUT", "/domains/shop.example.com", {"app": "till"})
    assert shop.send("POST", "/apps/shop/restore")["domains"] == []
    assert shop.get("/domains")[0]["app"] == "till"


def test_a_removed_app_goes_by_itself_after_a_week(shop: Any, monkeypatch: pytest.MonkeyPatch):
    seen: list[float | None] = []
    commit = shop.store.commit

    async def watched(changes: Any, checks: Any = ()) -> int:
        seen.extend(change.ttl for change in changes if getattr(change, "ttl", None))
        return await commit(changes, checks)

    monkeypatch.setattr(shop.store, "commit", watched)
    shop.send("DELETE", "/apps/shop")
    assert seen == [7 * 24 * 3600.0]


# --- tokens die with their app


def refused(api: Any, token: str) -> tuple[int, str]:
    """What a token of the app is told that deploys there."""
    response = api.request("PATCH", "/apps/shop/settings", {"changes": {"env.A": "1"}, "revision": 0}, token=token)
    return response.status_code, response.json().get("code", "")


@pytest.mark.parametrize("purge", ["", "?purge=true"])
@pytest.mark.parametrize("role", ["owner", "deployer"])
def test_a_token_of_a_removed_app_alone_is_revoked_and_is_nothing_to_a_later_app_of_its_name(
    shop: Any, role: str, purge: str
):
    token = shop.token(role, "shop")
    shop.send("DELETE", f"/apps/shop{purge}")
    assert refused(shop, token) == (401, "token-revoked")
    assert [each["name"] for each in shop.get("/tokens")] == ["ann"]
    shop.deploy()
    assert refused(shop, token) == (401, "token-revoked")


def test_a_token_of_several_apps_goes_on_for_the_others(shop: Any):
    shop.deploy("blog")
    token = shop.token("owner", "blog", "shop")
    shop.send("DELETE", "/apps/shop")
    assert shop.get("/whoami", token=token)["apps"] == ["blog"]
    shop.deploy()
    assert refused(shop, token) == (403, "right-missing")
    shop.send("DELETE", "/apps/blog")
    assert refused(shop, token) == (401, "token-revoked")


def test_tokens_come_back_with_their_app_but_for_those_that_were_revoked_since(shop: Any):
    alone, both, gone = shop.token("owner", "shop"), shop.token("deployer", "blog", "shop"), shop.token("owner", "shop")
    shop.send("DELETE", f"/tokens/{shop.get('/whoami', token=gone)['id']}")
    shop.send("DELETE", "/apps/shop")
    shop.send("POST", "/apps/shop/restore")
    assert shop.get("/whoami", token=alone)["apps"] == ["shop"]
    assert shop.get("/whoami", token=both)["apps"] == ["blog", "shop"]
    assert refused(shop, gone) == (401, "token-revoked")


def test_a_token_that_was_revoked_while_its_app_was_gone_stays_revoked(shop: Any):
    both = shop.token("deployer", "blog", "shop")
    shop.send("DELETE", "/apps/shop")
    shop.send("DELETE", f"/tokens/{shop.get('/whoami', token=both)['id']}")
    shop.send("POST", "/apps/shop/restore")
    assert refused(shop, both) == (401, "token-revoked")


def test_a_token_that_was_made_for_the_next_app_of_that_name_is_not_touched_by_a_purge_of_the_last(shop: Any):
    shop.send("DELETE", "/apps/shop")
    token = shop.token("owner", "shop")
    shop.send("DELETE", "/apps/shop?purge=true")
    assert shop.get("/whoami", token=token)["apps"] == ["shop"]


def test_no_document_mentions_a_purged_app(shop: Any):
    shop.token("owner", "shop")
    shop.send("PATCH", "/apps/shop/settings", {"changes": {"env.KEY": "secret"}, "revision": 1})
    shop.send("PUT", "/domains/shop.example.com", {"app": "shop"})
    shop.send("PUT", "/apps/shop/traffic", {"mode": "lock", "lock": 1})
    shop.deploy(code="2", manifest="[permissions]\nnet = ['a.example:1']")
    assert shop.request("POST", "/apps/shop/runs?command=%5B%22a%22%5D").status_code == 200
    prefixes = {"/".join(key.split("/")[:3]) + "/" for key in everything(shop, but="-")}
    assert prefixes >= {*keys.ONE_OF_APP, *keys.MANY_OF_APP, keys.DOMAINS, keys.TOKENS}
    shop.send("DELETE", "/apps/shop?purge=true")
    assert [key for key, value in everything(shop, but="-").items() if "shop" in key or b"shop" in value] == []


def test_an_app_made_later_under_that_name_has_nothing_of_the_old_one(shop: Any):
    shop.deploy("till")
    fresh = {**shop.get("/apps/till"), "settings": shop.get("/apps/till/settings")}
    shop.send("PATCH", "/apps/shop/settings", {"changes": {"env.KEY": "secret"}, "revision": 1})
    shop.send("POST", "/apps/shop/grants", {"add": {"code": "trusted"}})
    shop.send("PUT", "/domains/shop.example.com", {"app": "shop"})
    shop.send("PUT", "/apps/shop/traffic", {"mode": "lock", "lock": 1})
    shop.send("DELETE", "/apps/shop")
    shop.deploy()
    anew = {**shop.get("/apps/shop"), "settings": shop.get("/apps/shop/settings")}
    told = ("releases", "traffic", "state", "domains", "settings")
    ours = {name: str(anew[name]).replace("shop", "till") for name in told}
    theirs = {name: str(fresh[name]) for name in told}
    for name in ("at", "created_at"):
        for shown, app in ((ours, anew), (theirs, fresh)):
            shown["settings"] = shown["settings"].replace(str(app["settings"].get(name)), "then")
    assert ours == theirs
    assert shop.get("/apps/shop/settings/history")[0]["revision"] == 1
    assert shop.get("/apps/shop/runs") == []
