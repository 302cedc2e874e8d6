"""Heads that are too large, by each way that a request may take: 431 for all of them alike. Item 8.

And heads that HTTP does not know: no Host, other versions, and release headers that name none. Items 15 and 17."""

from __future__ import annotations

from random import Random

from tests.hostile import requests
from tests.hostile.requests import UPGRADE
from tests.hostile.rights import answered, says
from tests.hostile.shots import sent
from tests.hostile.vocabulary import Rounds, Shot, World

LARGE = 90_000
"""Bytes of a head; 64 KB are allowed."""
UPGRADES = (("Upgrade", "h2c"), ("Connection", "Upgrade"))
EXPECTS = (("Expect", "x"),)
WAYS = (
    *((), EXPECTS, UPGRADES, UPGRADE, (("Expect", "100-continue"),), (("Transfer-Encoding", "chunked"),)),
    *((("X-Vaas-Release", "v1"),), (("Content-Length", "100000"),)),
)
"""Headers that send a request on a way of its own."""
RELEASES = ("v²", "v-1", "v1.5", "v9999999999999999", "newest", "v१", "v 1", "1e3", "v1,v2", "v" + "9" * 5000)
"""None of them is how a release is named."""
VERSIONS = ("1.2", "2.0", "3.0", "9.9")


def large(random: Random, world: World) -> Rounds:
    split = random.choice((1, 20, 300))
    filling = [(random.choice(("Cookie", f"X-{n}")), "a=" + "x" * (LARGE // split)) for n in range(split)]
    made = requests.head("GET", f"/{world.target}/cookie", [*random.choice(WAYS), *filling])
    yield [sent(answered(431), *_cut(random, made))]


def whole(random: Random, world: World) -> Rounds:
    """One that is allowed reaches the app whole, whatever its way."""
    size = random.randrange(1000, 50_000)
    way = random.choice(((), EXPECTS, UPGRADES))
    made = requests.head("GET", f"/{world.target}/cookie", [*way, ("Cookie", "x" * size)])
    yield [sent(says(str(size).encode()), *_cut(random, made))]


def unhosted(random: Random, world: World) -> Rounds:
    path, version = f"/{world.target}/fine", random.choice(VERSIONS)
    yield [
        sent(answered(400), requests.head("GET", path, host="")),
        sent(answered(400), requests.head("GET", path, [("Host", "other")])),
        sent(answered(400), requests.head("GET", path, host="a b")),
        sent(answered(505, 400), requests.head("GET", path, version=version)),
        Shot("console", (requests.head("GET", "/healthz", version=version),), answered(505, 400)),
        Shot("console", (requests.head("GET", "/healthz", host=""),), answered(400, 421)),
    ]


def releases(random: Random, world: World) -> Rounds:
    path, token = f"/{world.target}/fine", ("X-Vaas-Token", world.admin)
    yield [
        sent(answered(400), requests.request("GET", path, [("X-Vaas-Release", random.choice(RELEASES)), token])),
        sent(answered(404, 503), requests.request("GET", path, [("X-Vaas-Release", "v99"), token])),
        sent(answered(401, 403), requests.request("GET", path, [("X-Vaas-Release", "v1"), ("X-Vaas-Token", "x")])),
    ]


def _cut(random: Random, data: bytes) -> tuple[bytes, ...]:
    """In two pieces somewhere, as a network may."""
    at = random.randrange(1, len(data))
    return data[:at], data[at:]
