"""What all connections share: request ids, the date, and the gateway's own answers."""

from __future__ import annotations

import json

import pytest

from tests.platform.gateway.served import nobody_may
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.routing import AppRoute, Routing
from vaas.platform.records.records import Traffic
from vaas.platform.records.standing import Standing

SHOP = AppRoute("shop", {}, Traffic(app="shop"))


def node(*, debug: bool = False, standing: Standing = "unknown") -> GatewayNode:
    routing = Routing()
    routing.put(SHOP)
    return GatewayNode(routing, nobody_may, debug=debug, standing_of=lambda app: standing)


def test_request_ids_are_in_order_and_of_two_nodes_never_the_same():
    one, other = node(), node()
    ids = [one.next_trace() for _ in range(3)] + [other.next_trace() for _ in range(3)]
    assert len(set(ids)) == 6
    assert [int(id.partition("-")[2], 16) for id in ids] == [1, 2, 3, 1, 2, 3]


def test_the_date_line_is_made_anew_only_when_the_server_s_headers_are():
    shared, first, second = node(), [(b"date", b"1"), (b"server", b"x")], [(b"date", b"2")]
    line = shared.date_line(first)
    assert line == b"date: 1\r\nserver: x\r\n"
    assert shared.date_line(first) is line
    assert shared.date_line(second) == b"date: 2\r\n"


def test_only_in_development_is_a_near_name_of_an_app_told():
    for debug in (False, True):
        refusal = node(debug=debug).unknown("/shpo/x", "t")
        assert refusal.status == 404
        assert ("/shop/" in json.loads(refusal.body)["detail"]) is debug


def test_outside_of_development_an_unknown_name_is_compared_with_no_other(monkeypatch: pytest.MonkeyPatch):
    compared: list[str] = []
    monkeypatch.setattr("vaas.platform.gateway.node.nearest", lambda name, known: compared.append(name) or "shop")
    node().unknown("/shpo/x", "t")
    assert not compared
    node(debug=True).unknown("/shpo/x", "t")
    assert compared == ["shpo"]


def test_an_app_without_a_release_says_when_to_come_back():
    refusal = node().without_release(SHOP, "t")
    assert (refusal.status, json.loads(refusal.body)["request_id"]) == (503, "t")
    assert (b"retry-after", b"5") in refusal.headers


@pytest.mark.parametrize(
    ("standing", "code", "said"),
    [
        ("new", "not-deployed", "has not been deployed yet"),
        ("starting", "starting", "is starting for the first time"),
        ("waiting", "waiting-for-grants", "waits for its operator"),
        ("started", "no-release", "No release of shop can answer"),
        ("failed", "no-release", "No release of shop can answer"),
    ],
)
def test_before_the_first_start_the_words_are_not_those_of_a_failure(standing: Standing, code: str, said: str):
    refusal = node(standing=standing).without_release(SHOP, "t")
    document = json.loads(refusal.body)
    assert (refusal.status, document["code"]) == (503, code)
    assert said in document["detail"]
    assert any(name == b"retry-after" for name, _ in refusal.headers)


@pytest.mark.parametrize(
    ("standing", "status"), [("unknown", 404), ("failed", 404), ("started", 503), ("new", 503), ("starting", 503)]
)
def test_an_app_that_a_node_has_yet_to_open_is_not_unknown(standing: Standing, status: int):
    assert node(standing=standing).unknown("/shop/x", "t").status == status
