"""What all connections share: request ids, the date, and the gateway's own answers."""

from __future__ import annotations

import json

from tests.platform.gateway.served import nobody_may
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.routing import AppRoute, Routing
from vaas.platform.records.records import Traffic

SHOP = AppRoute("shop", {}, Traffic(app="shop"))


def node(*, debug: bool = False) -> GatewayNode:
    routing = Routing()
    routing.put(SHOP)
    return GatewayNode(routing, nobody_may, debug=debug)


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


def test_an_app_without_a_release_says_when_to_come_back():
    refusal = node().without_release(SHOP, "t")
    assert (refusal.status, json.loads(refusal.body)["request_id"]) == (503, "t")
    assert (b"retry-after", b"5") in refusal.headers
