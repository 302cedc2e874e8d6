"""Domains over the API."""

from __future__ import annotations

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
        ("a b.example", "not a domain"),
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
