"""Which app, release and pool answer a request, or which refusal does: the one place where both ways ask.

``protocol.py`` (ordinary requests) and ``asgi_path.py`` (all others) call ``find`` with host and path, then ``assign``
with the head; the request itself then goes to its pool (``core/pool/pool.py``). The split of traffic:
``platform/records/traffic.py``. Pure but for the die; two dict look-ups find an app.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from msgspec import Raw

from vaas.core.limits.words import limit_words
from vaas.framework.http.problem_pages import as_asked
from vaas.framework.http.problems import Problem
from vaas.framework.http.wire_heads import HttpHead, encode
from vaas.platform.gateway.cookie_paths import cookie_within
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.responses import refuse
from vaas.platform.gateway.routing import AppRoute, PoolLike, Routing
from vaas.platform.records.traffic import choose, point_of

if TYPE_CHECKING:
    from vaas.core.pool.pool import Pool

COOKIE = "vaas-split"
COOKIE_AGE = 30 * 24 * 3600
"""Seconds a browser keeps its side of a split."""

SAFE = ("GET", "HEAD")
"""Methods of links, which are redirected to the app's root; with any other the root answers without its slash too."""

_NUMBER = re.compile(r"v?([0-9]{1,9})")

Headers = list[tuple[bytes, bytes]]


class Request(Protocol):
    """What ``assign`` fills: a ``FastRequest`` or a ``StreamedCall``."""

    trace: str
    pool: Pool | None
    refusal: Problem | None
    """The gateway's own answer, if no pool is to be asked."""
    set_cookie: bytes
    """A ``set-cookie`` value to add to the answer, or empty."""
    handler: str
    head: Raw | bytes


class Target(NamedTuple):
    route: AppRoute
    path: str
    """As the app sees it: percent-decoded, without ``root_path``. Empty if that is all, without a slash."""
    root_path: str
    """``/app`` if the app was found by path; empty if it has this domain."""


class Pick(NamedTuple):
    pool: PoolLike | None
    """None: no release that traffic names can answer on this node."""
    set_cookie: bytes = b""
    """A ``set-cookie`` value to add to the answer, or empty."""


# --- the app


def find(routing: Routing, host: str, path: str) -> Target | None:
    """By its domain, else by the first segment of the path. ``host`` as the header has it, ``path`` percent-decoded
    and beginning with ``/``."""
    if routing.by_domain:
        route = routing.by_domain.get(bare_host(host))
        if route is not None:
            return Target(route, path, "")
    end = path.find("/", 1)
    if end < 0:
        end = len(path)
    name = path[1:end]
    route = routing.by_name.get(name)
    if route is None:
        return None
    return Target(route, path[end:], "/" + name)


def bare_host(host: str) -> str:
    """Lower case, without port and root dot: ``Shop.Example.com.:8080`` → ``shop.example.com``."""
    if host.startswith("["):  # an IPv6 literal has colons of its own
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".").lower()


# --- the release and its pool


def assign(
    node: GatewayNode, request: Request, route: AppRoute, head: HttpHead, length: int, release: str = ""
) -> None:
    """Gives the request its pool and its head, or its refusal.

    ``length``: bytes of its body, 0 if that is counted as it comes. ``release``: ``v4`` or ``4``, where the caller may
    pick one and has."""
    chosen = named(route, release) if release else pick(route, head.headers)
    pool = cast("Pool | None", chosen.pool)
    if pool is None:
        request.refusal = as_asked(node.without_release(route, request.trace), head.headers)
        return
    limit = pool.spec.policy.limits.body
    if length > limit:
        request.refusal = as_asked(too_large(limit, request.trace), head.headers)
        return
    request.set_cookie = chosen.set_cookie
    if chosen.set_cookie and head.root_path:
        request.set_cookie = cookie_within(head.root_path.encode(), chosen.set_cookie)
    request.pool = pool
    blocking = pool.blocking_routes
    if blocking is not None and blocking.may_block:
        request.handler = blocking.handler(head.method, head.path)
    request.head = encode(head)


def is_release(text: str) -> bool:
    """Whether it is ``v4`` or ``4``, of ASCII digits: there are others that ``int`` does not read."""
    return _NUMBER.fullmatch(text) is not None


def named(route: AppRoute, release: str) -> Pick:
    return Pick(route.pools.get(int(release.removeprefix("v"))))


def pick(route: AppRoute, headers: Headers) -> Pick:
    """Sticky by cookie or header where traffic is split and its settings ask for it."""
    traffic = route.traffic
    if traffic.mode != "weights":
        return Pick(route.pools.get(choose(traffic, 0.0)))
    key, set_cookie = _sticky_key(traffic.sticky, headers)
    point = point_of(key) if key else random.random()
    return Pick(route.pools.get(choose(traffic, point)), set_cookie)


def _sticky_key(sticky: str, headers: Headers) -> tuple[str, bytes]:
    if sticky.startswith("header:"):
        return header(headers, sticky[7:].lower().encode()), b""
    if sticky != "cookie":
        return "", b""
    key = _cookie(header(headers, b"cookie"))
    if key:
        return key, b""
    key = f"{random.getrandbits(64):016x}"
    return key, f"{COOKIE}={key}; Path=/; Max-Age={COOKIE_AGE}; HttpOnly; SameSite=Lax".encode()


def header(headers: Headers, name: bytes) -> str:
    """The first of that name, or empty."""
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def _cookie(header: str) -> str:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


# --- the limit


def too_large(limit: int, trace: str) -> Problem:
    detail = f"The request body is larger than {limit_words('body', limit)}."
    return refuse(413, "body-too-large", detail, trace, limit=limit)
