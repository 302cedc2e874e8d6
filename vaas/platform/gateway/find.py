"""Which app a request is for: by its domain, else by the first segment of its path. Pure, two dict look-ups."""

from __future__ import annotations

from typing import NamedTuple

from vaas.platform.gateway.routing import AppRoute, Routing


class Target(NamedTuple):
    route: AppRoute
    path: str
    """As the app sees it: percent-decoded, without ``root_path``."""
    root_path: str
    """``/app`` if the app was found by path; empty if it has this domain."""


def find(routing: Routing, host: str, path: str) -> Target | None:
    """``host`` as the header has it, ``path`` percent-decoded and beginning with ``/``."""
    if routing.by_domain:
        route = routing.by_domain.get(bare_host(host))
        if route is not None:
            return Target(route, path, "")
    end = path.find("/", 1)
    name = path[1:] if end < 0 else path[1:end]
    route = routing.by_name.get(name)
    if route is None:
        return None
    return Target(route, "/" if end < 0 else path[end:], "/" + name)


def bare_host(host: str) -> str:
    """Lower case, without port and root dot: ``Shop.Example.com.:8080`` → ``shop.example.com``."""
    if host.startswith("["):  # an IPv6 literal has colons of its own
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".").lower()
