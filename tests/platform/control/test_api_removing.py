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
