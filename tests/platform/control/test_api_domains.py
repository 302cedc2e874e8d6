"""Domains over the API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vaas.platform.control.domains import normal


def test_a_domain_leads_to_an_app(shop: Any):
    domain = shop.send("PUT", "/domains/shop.example.com", {"app": "shop"})
    assert (domain["domain"], domain["app"], domain["created_by"]) == ("shop.example.com", "shop", "ann")
    assert shop.get("/domains") == [domain]
    assert shop.get("/apps/shop")["domains"] == ["shop.example.com"]


def test_pointing_it_there_again_changes_nothing(shop: Any):
    first = shop.send("PUT", "/domains/shop.example.com", {"app": "shop"})
    assert shop.send("PUT", "/domains/SHOP.example.com.", {"app": "shop"}) == first


def test_a_domain_of_another_app_is_refused_and_the_app_named(shop: Any):
    shop.deploy("till")
    shop.send("PUT", "/domains/shop.example.com", {"app": "shop"})
    response = shop.request("PUT", "/domains/shop.example.com", {"app": "till"})
    assert (response.status_code, response.json()["code"], response.json()["taken"]) == (409, "domain-taken", "shop")


def test_a_domain_can_be_taken_away_once(shop: Any):
    shop.send("PUT", "/domains/shop.example.com", {"app": "shop"})
    assert shop.request("DELETE", "/domains/shop.example.com").status_code == 204
    response = shop.request("DELETE", "/domains/shop.example.com")
    assert (response.status_code, response.json()["code"]) == (404, "domain-not-found")


@pytest.mark.parametrize("turns", range(15))
def test_an_app_that_is_removed_while_it_gets_a_domain_leaves_no_domain_behind(shop: Any, turns: int):
    async def point_later() -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await shop.requesting("PUT", "/domains/a.example.com", {"app": "shop"})

    async def at_once() -> None:
        await asyncio.gather(shop.requesting("DELETE", "/apps/shop"), point_later())

    shop.run(at_once())
    assert shop.get("/domains") == []


def test_of_two_apps_that_want_a_domain_at_once_one_gets_it(shop: Any):
    shop.deploy("till")

    async def at_once() -> list[Any]:
        return await asyncio.gather(
            *(shop.requesting("PUT", "/domains/a.example.com", {"app": app}) for app in ("shop", "till"))
        )

    assert sorted(response.status_code for response in shop.run(at_once())) == [200, 409]


def test_a_domain_for_an_unknown_app_is_refused(api: Any):
    response = api.request("PUT", "/domains/shop.example.com", {"app": "shop"})
    assert (response.status_code, response.json()["code"]) == (404, "app-not-found")


@pytest.mark.parametrize(
    ("domain", "says"),
    [
        ("127.0.0.1", "address of the node"),
        ("127.1", "address of the node"),
        ("localhost", "address of the node"),
        ("::1", "address of the node"),
        ("shop.example.com:8080", "a port"),
        ("*.example.com", "a wildcard"),
        ("a..b", "not a domain"),
        ("-a.example", "not a domain"),
        ("under_score.example", "not a domain"),
        ("a" * 64 + ".example", "not a domain"),
        (".".join(["a" * 60] * 5), "not a domain"),
        ("a b.example", "a space or a control character"),
        ("a.example%0A", "a space or a control character"),
        ("%20a.example", "a space or a control character"),
        ("a.example%1B[31m", "a space or a control character"),
        ("a.example..", "an empty part"),
    ],
)
def test_what_is_no_domain_is_refused_with_the_reason(shop: Any, domain: str, says: str):
    response = shop.request("PUT", f"/domains/{domain}", {"app": "shop"})
    assert (response.status_code, response.json()["code"]) == (422, "domain-invalid")
    assert says in response.json()["detail"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Shop.Example.COM", "shop.example.com"),
        ("shop.example.com.", "shop.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("intranet", "intranet"),
        ("shop.localhost", "shop.localhost"),
    ],
)
def test_a_domain_is_kept_in_the_spelling_that_callers_send(given: str, kept: str):
    assert normal(given) == kept
