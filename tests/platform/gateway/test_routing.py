from __future__ import annotations

from vaas.platform.gateway.routing import AppRoute, Routing
from vaas.platform.records.records import Traffic


def route(name: str, latest: int = 1) -> AppRoute:
    return AppRoute(name, {}, Traffic(app=name, latest=latest))


def test_an_app_is_found_by_its_name() -> None:
    routing = Routing()
    shop = route("shop")
    routing.put(shop)
    assert routing.by_name == {"shop": shop}


def test_a_domain_leads_to_its_app_whichever_of_the_two_comes_first() -> None:
    early, late = Routing(), Routing()
    early.domains({"shop.example.com": "shop"})
    early.put(route("shop"))
    late.put(route("shop"))
    late.domains({"shop.example.com": "shop"})
    assert early.by_domain == late.by_domain == {"shop.example.com": route("shop")}


def test_domains_are_looked_up_in_lower_case() -> None:
    routing = Routing()
    routing.put(route("shop"))
    routing.domains({"Shop.Example.COM": "shop"})
    assert set(routing.by_domain) == {"shop.example.com"}


def test_a_new_route_is_seen_by_name_and_by_every_domain_at_once() -> None:
    routing = Routing()
    routing.domains({"a.example": "shop", "b.example": "shop", "c.example": "blog"})
    routing.put(route("shop"))
    routing.put(route("blog"))
    new = route("shop", latest=2)
    routing.put(new)
    assert [routing.by_name["shop"], routing.by_domain["a.example"], routing.by_domain["b.example"]] == [new] * 3
    assert routing.by_domain["c.example"] == route("blog")


def test_a_domain_moves_to_another_app_and_a_removed_one_leads_nowhere() -> None:
    routing = Routing()
    routing.put(route("shop"))
    routing.put(route("blog"))
    routing.domains({"a.example": "shop", "b.example": "shop"})
    routing.domains({"a.example": "blog"})
    assert routing.by_domain == {"a.example": route("blog")}


def test_a_dropped_app_is_gone_by_name_and_by_domain_and_comes_back_with_its_domain() -> None:
    routing = Routing()
    routing.domains({"a.example": "shop"})
    routing.put(route("shop"))
    routing.drop("shop")
    routing.drop("never-there")
    assert routing.by_name == {}
    assert routing.by_domain == {}
    routing.put(route("shop"))
    assert routing.by_domain == {"a.example": route("shop")}


def test_a_request_keeps_the_route_it_took_when_the_app_is_replaced() -> None:
    routing = Routing()
    routing.put(route("shop", latest=1))
    taken = routing.by_name["shop"]
    routing.put(route("shop", latest=2))
    assert taken.traffic.latest == 1
