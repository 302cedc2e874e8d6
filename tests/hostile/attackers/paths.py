"""Paths of no app: long names, pipelined; each must be a short 404 at little cost. Item 3."""

from __future__ import annotations

from random import Random

from tests.hostile import requests
from tests.hostile.rights import all_answered
from tests.hostile.vocabulary import Rounds, Shot, World

MOST = 40
"""Requests on one connection."""
SIZES = (8, 62, 2000, 60_000)
"""Bytes of a name: one that could be an app's, and such as fill a head."""


def unknown(random: Random, world: World) -> Rounds:
    count = random.randrange(5, MOST)
    names = ["a" + random.randbytes(random.choice(SIZES) // 2).hex() for _ in range(count)]
    sent = b"".join(requests.request("GET", f"/{name}/") for name in names)
    yield [Shot("gateway", (sent,), all_answered(count, 404), answers=count, stay=8)]
