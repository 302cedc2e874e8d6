"""Which release of an app answers this request, when traffic is split: sticky by cookie or header where asked.

The split itself is ``platform/records/traffic.py``; this finds the caller's point on it. Pure but for the die.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from vaas.platform.gateway.routing import AppRoute, PoolLike
from vaas.platform.records.traffic import choose, point_of

COOKIE = "vaas-split"
COOKIE_AGE = 30 * 24 * 3600
"""Seconds a browser keeps its side of a split."""

Headers = list[tuple[bytes, bytes]]


class Pick(NamedTuple):
    pool: PoolLike | None
    """None: no release that traffic names can answer on this node."""
    set_cookie: bytes = b""
    """A ``set-cookie`` value to add to the answer, or empty."""


def pick(route: AppRoute, headers: Headers) -> Pick:
    traffic = route.traffic
    if traffic.mode != "weights":
        return Pick(route.pools.get(choose(traffic, 0.0)))
    key, set_cookie = _sticky_key(traffic.sticky, headers)
    point = point_of(key) if key else random.random()
    return Pick(route.pools.get(choose(traffic, point)), set_cookie)


def _sticky_key(sticky: str, headers: Headers) -> tuple[str, bytes]:
    if sticky.startswith("header:"):
        return _header(headers, sticky[7:].lower().encode()), b""
    if sticky != "cookie":
        return "", b""
    key = _cookie(_header(headers, b"cookie"))
    if key:
        return key, b""
    key = f"{random.getrandbits(64):016x}"
    return key, f"{COOKIE}={key}; Path=/; Max-Age={COOKIE_AGE}; HttpOnly; SameSite=Lax".encode()


def _header(headers: Headers, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def _cookie(header: str) -> str:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return ""
