"""Traffic: which release answers a request. Pure: a ``Traffic`` record and a point go in, a release number comes out.

A *point* is a number, 0 ≤ point < 1, that stands for a caller: random, or ``point_of`` what a sticky caller carries.
Releases lie side by side on that line in order of number, each as wide as its share, so that a caller's point keeps
its release while the weights stay, and few callers move when they change a little.
Asked for each request by the gateway, through ``platform/gateway/routing.py``; checked by the API before a change is
stored."""

from __future__ import annotations

import math
import re
from collections.abc import Set
from hashlib import blake2b

from vaas.core.errors import InvalidInput
from vaas.framework.http.headers import TOKEN
from vaas.platform.records.records import Traffic

NO_RELEASE = 0
"""What ``choose`` returns when no release may answer; releases are numbered from 1."""

_BITS = 53
"""A float's precision: as many bits of a hash as make a point that is below 1 and loses nothing."""

_STICKY = re.compile(f"|cookie|header:{TOKEN}")
"""Nothing, ``cookie``, or ``header:`` and a header's name (RFC 9110, 5.1)."""


class WeightInvalid(InvalidInput):
    """The weight of v{release} is {weight}. A weight is a number from 0 upwards, such as 90 or 0.5."""


class WeightsEmpty(InvalidInput):
    """The weights sum to {total}, so no release would answer. Give one of them a weight above 0: v3=90 v4=10."""


class TrafficMissesRelease(InvalidInput):
    """{app} has no v{release} that could answer; it has {existing}. `vaas releases {app}` lists them."""


class StickyInvalid(InvalidInput):
    """A caller cannot be kept on one release by {sticky!r}. Use `cookie`, `header:NAME`, or nothing."""


def choose(traffic: Traffic, point: float) -> int:
    """The number of the release that answers the caller at this point, or ``NO_RELEASE``."""
    if traffic.mode == "latest":
        return traffic.latest
    if traffic.mode == "lock":
        return traffic.lock
    return _at(traffic.weights, point)


def _at(weights: dict[int, float], point: float) -> int:
    left = point * sum(weights.values())
    chosen = NO_RELEASE
    for number in sorted(weights):
        weight = weights[number]
        if weight > 0:
            chosen = number
            if left < weight:
                break
            left -= weight
    # Rounding may walk past the end of the line; the last release with a weight takes that point too.
    return chosen


def shares(traffic: Traffic) -> dict[int, float]:
    """The part of the callers, above 0 and up to 1, that each answering release gets."""
    if traffic.mode == "weights":
        total = sum(traffic.weights.values())
        return {number: weight / total for number, weight in sorted(traffic.weights.items()) if weight > 0}
    number = choose(traffic, 0)
    return {} if number == NO_RELEASE else {number: 1.0}


def point_of(value: str) -> float:
    """The point of a caller that carries this value: the same on every node and after every restart."""
    digest = blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> (64 - _BITS)) / (1 << _BITS)


def check(traffic: Traffic, existing: Set[int]) -> None:
    """Raises an ``InvalidInput`` that says what is wrong; ``existing`` are the releases that may be named."""
    if not _STICKY.fullmatch(traffic.sticky):
        raise StickyInvalid(sticky=traffic.sticky)
    _check_weights(traffic.weights)
    if traffic.mode == "weights" and not sum(traffic.weights.values()):
        raise WeightsEmpty(total=0)
    for number in _named(traffic):
        if number not in existing:
            listed = ", ".join(f"v{n}" for n in sorted(existing)) or "none yet"
            raise TrafficMissesRelease(app=traffic.app, release=number, existing=listed)


def _check_weights(weights: dict[int, float]) -> None:
    for number, weight in sorted(weights.items()):
        if not (math.isfinite(weight) and weight >= 0):
            raise WeightInvalid(release=number, weight=weight)
    if not math.isfinite(total := sum(weights.values())):
        raise WeightsEmpty(total=total)


def _named(traffic: Traffic) -> list[int]:
    """The releases the operator chose; ``latest`` is chosen by deploys, and there may be none yet."""
    if traffic.mode == "weights":
        return sorted(traffic.weights)
    return [traffic.lock] if traffic.mode == "lock" else []
