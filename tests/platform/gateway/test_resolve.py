"""Which app and which release answer a request."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.gateway.resolve import COOKIE, bare_host, find, pick
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


@pytest.mark.parametrize(("path", "rest"), [("/shop", ""), ("/shop/", "/"), ("/shop/a/b", "/a/b"), ("/shop//a", "//a")])
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
    assert found is None or found.path[:1] in ("", "/") or not path.startswith("/")


@pytest.mark.parametrize(
    ("host", "bare"),
    [("a.b", "a.b"), ("A.B:80", "a.b"), ("a.b.", "a.b"), ("a.b.:80", "a.b"), ("[::1]:80", "[::1]"), ("", "")],
)
def test_a_host_is_bared_of_port_case_and_root_dot(host, bare):
    assert bare_host(host) == bare


POOLS = cast(Any, {n: SimpleNamespace(number=n) for n in (1, 2)})


def split_route(**traffic: Any) -> AppRoute:
    return AppRoute("shop", POOLS, Traffic(app="shop", **traffic))


def number(picked: Any) -> int:
    return picked.pool.number


def test_latest_and_lock_need_no_die():
    assert number(pick(split_route(latest=2), [])) == 2
    assert number(pick(split_route(latest=2, mode="lock", lock=1), [])) == 1


def test_nothing_answers_for_a_release_that_is_not_here():
    assert pick(split_route(latest=9), []).pool is None
    assert pick(split_route(), []).pool is None


def test_a_new_browser_gets_a_cookie_and_stays_where_it_is_by_it():
    split = split_route(mode="weights", weights={1: 0.5, 2: 0.5}, sticky="cookie")
    first = pick(split, [])
    cookie = first.set_cookie.split(b";")[0]
    assert cookie.startswith(COOKIE.encode())
    assert b"; Max-Age=2592000;" in first.set_cookie  # 30 days
    again = pick(split, [(b"cookie", b"other=1; " + cookie)])
    assert again.set_cookie == b""
    assert {number(pick(split, [(b"cookie", cookie)])) for _ in range(20)} == {number(first)}


def test_a_header_keeps_its_bearer_on_one_side():
    split = split_route(mode="weights", weights={1: 1, 2: 1}, sticky="header:X-User")
    for user in (b"anna", b"bert", b"carl"):
        assert len({number(pick(split, [(b"x-user", user)])) for _ in range(20)}) == 1


def test_without_stickiness_both_sides_come_up():
    split = split_route(mode="weights", weights={1: 1, 2: 1})
    assert {number(pick(split, [])) for _ in range(200)} == {1, 2}
