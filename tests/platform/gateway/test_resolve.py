"""Which app a request is for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.gateway.find import bare_host, find
from vaas.platform.gateway.routing import AppRoute, Routing
from vaas.platform.records.records import Traffic


@pytest.fixture(scope="module")
def routing() -> Routing:
    routing = Routing()
    for name in ("shop", "till"):
        routing.put(AppRoute(name, {}, Traffic(app=name)))
    routing.domains({"shop.example.com": "shop"})
    return routing


def test_an_app_is_found_by_its_domain_with_the_path_unchanged(routing):
    found = find(routing, "Shop.Example.com:8080", "/till/x")
    assert (found.route.name, found.path, found.root_path) == ("shop", "/till/x", "")


@pytest.mark.parametrize(
    ("path", "rest"), [("/shop", "/"), ("/shop/", "/"), ("/shop/a/b", "/a/b"), ("/shop//a", "//a")]
)
def test_an_app_is_found_by_the_first_segment_and_does_not_see_it(routing, path, rest):
    found = find(routing, "localhost", path)
    assert (found.route.name, found.path, found.root_path) == ("shop", rest, "/shop")


@pytest.mark.parametrize("path", ["/", "", "/nobody", "//shop", "/shopping", "/SHOP"])
def test_what_names_no_app_is_nobody_s(routing, path):
    assert find(routing, "localhost", path) is None


@given(st.text(), st.text())
def test_nothing_that_a_client_sends_is_a_surprise(host, path):
    routing = Routing()
    routing.put(AppRoute("shop", {}, Traffic(app="shop")))
    routing.domains({"shop.example.com": "shop"})
    found = find(routing, host, path)
    assert found is None or found.path.startswith("/") or not path.startswith("/")


@pytest.mark.parametrize(
    ("host", "bare"),
    [("a.b", "a.b"), ("A.B:80", "a.b"), ("a.b.", "a.b"), ("a.b.:80", "a.b"), ("[::1]:80", "[::1]"), ("", "")],
)
def test_a_host_is_bared_of_port_case_and_root_dot(host, bare):
    assert bare_host(host) == bare
