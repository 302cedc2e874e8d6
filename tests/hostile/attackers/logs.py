"""Logs: an app that floods, and readers of all of it, again and again. Items 11 and 12."""

from __future__ import annotations

from random import Random
from urllib.parse import quote

from tests.hostile import requests
from tests.hostile.rights import answered
from tests.hostile.shots import asked, sent
from tests.hostile.vocabulary import Rounds, World

QUERIES = ("limit=100000", "full=true&limit=100000", "since=100000", f"grep={quote('x' * 200)}", "grep=(x%2B)%2B%24")


def floods(random: Random, world: World) -> Rounds:
    flood = requests.request("GET", f"/{world.target}/flood?lines={random.randrange(100, 3000)}")
    yield [sent(answered(200, 504), flood, stay=8) for _ in range(2)]


def reads(random: Random, world: World) -> Rounds:
    path = f"/apps/{world.target}/logs?{random.choice(QUERIES)}"
    yield [asked(answered(200, 429), world.viewer, "GET", path, stay=10.0)]
