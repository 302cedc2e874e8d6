"""Which release answers, when traffic is split."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from vaas.platform.gateway.pick import COOKIE, pick
from vaas.platform.gateway.routing import AppRoute
from vaas.platform.records.records import Traffic

POOLS = cast(Any, {n: SimpleNamespace(number=n) for n in (1, 2)})


def route(**traffic: Any) -> AppRoute:
    return AppRoute("shop", POOLS, Traffic(app="shop", **traffic))


def number(picked: Any) -> int:
    return picked.pool.number


def test_latest_and_lock_need_no_die():
    assert number(pick(route(latest=2), [])) == 2
    assert number(pick(route(latest=2, mode="lock", lock=1), [])) == 1


def test_nothing_answers_for_a_release_that_is_not_here():
    assert pick(route(latest=9), []).pool is None
    assert pick(route(), []).pool is None


def test_a_new_browser_gets_a_cookie_and_stays_where_it_is_by_it():
    split = route(mode="weights", weights={1: 0.5, 2: 0.5}, sticky="cookie")
    first = pick(split, [])
    cookie = first.set_cookie.split(b";")[0]
    assert cookie.startswith(COOKIE.encode())
    again = pick(split, [(b"cookie", b"other=1; " + cookie)])
    assert again.set_cookie == b""
    assert {number(pick(split, [(b"cookie", cookie)])) for _ in range(20)} == {number(first)}


def test_a_header_keeps_its_bearer_on_one_side():
    split = route(mode="weights", weights={1: 1, 2: 1}, sticky="header:X-User")
    for user in (b"anna", b"bert", b"carl"):
        assert len({number(pick(split, [(b"x-user", user)])) for _ in range(20)}) == 1


def test_without_stickiness_both_sides_come_up():
    split = route(mode="weights", weights={1: 1, 2: 1})
    assert {number(pick(split, [])) for _ in range(200)} == {1, 2}
