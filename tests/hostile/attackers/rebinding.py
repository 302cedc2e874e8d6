"""DNS rebinding: a page of another name that leads to the console's address gets 421, and nothing of it. Item 19."""

from __future__ import annotations

from random import Random

from tests.hostile import requests
from tests.hostile.rights import answered
from tests.hostile.vocabulary import Rounds, Shot, World

HOSTS = ("evil.example", "evil.example:80", "127.0.0.1.nip.io", "localhost.evil.example", "evil.localhost.example")
"""None of them is the console's own, nor this machine's."""


def other_names(random: Random, world: World) -> Rounds:
    host, token = random.choice(HOSTS), [("Authorization", f"Bearer {world.admin}")]
    path = random.choice(("/", "/healthz", "/api/v1/apps", "/metrics", "/api/v1/nothing"))
    made = (
        requests.request("GET", path, random.choice((token, [])), host=host),
        requests.request("DELETE", "/api/v1/domains/evil.example", token, host=host),
        requests.request("GET", "/api/v1/apps", [*token, ("X-Forwarded-Host", "localhost")], host=host),
    )
    yield [Shot("console", (each,), answered(421)) for each in made]
