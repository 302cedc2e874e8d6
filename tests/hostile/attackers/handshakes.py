"""Handshakes of websockets that are never complete, at the gateway and at the console: each ends in time. Item 2."""

from __future__ import annotations

from random import Random

from tests.hostile import requests
from tests.hostile.requests import UPGRADE, Headers
from tests.hostile.rights import closed_within, no_matter, refused
from tests.hostile.vocabulary import Answer, Listener, Rounds, Shot, World

PATIENCE = 14.0
"""Seconds after which the other end must have given up: a head has 10."""
CROWD = 30
"""Half handshakes at a time."""


def half(random: Random, world: World) -> Rounds:
    shapes = [_shape(random, world, at) for at in random.choices(("gateway", "console"), k=CROWD)]
    yield [Shot(at, pieces, _ended, stay=PATIENCE + 1, delay=random.random()) for at, pieces in shapes]


def _ended(answer: Answer) -> str:
    """Answered, after which the connection gives way as any other, or closed."""
    return "" if answer.statuses and not no_matter(answer) else closed_within(PATIENCE)(answer)


def _shape(random: Random, world: World, at: Listener) -> tuple[Listener, tuple[bytes, ...]]:
    path = f"/{world.target}/talk" if at == "gateway" else random.choice(("/", "/api/v1/apps", "/healthz"))
    made = random.choice((_short_body, _body_that_ends_not, _head_that_ends_not, _key_alone, _chunks))
    return at, made(random, path)


def _short_body(random: Random, path: str) -> tuple[bytes, ...]:
    return (requests.head("POST", path, [*_upgrade(random), ("Content-Length", "3")]) + b"x",)


def _body_that_ends_not(random: Random, path: str) -> tuple[bytes, ...]:
    return (requests.head("GET", path, [*UPGRADE, ("Content-Length", "100000")]), b"x" * random.randrange(1, 5000))


def _head_that_ends_not(random: Random, path: str) -> tuple[bytes, ...]:
    return (requests.handshake(path, _many(random))[: -random.randrange(1, 60)],)


def _key_alone(random: Random, path: str) -> tuple[bytes, ...]:
    return requests.head("GET", path, random.sample(UPGRADE, 3))[:-2], b"x"


def _chunks(random: Random, path: str) -> tuple[bytes, ...]:
    return (requests.head("POST", path, [*_upgrade(random), ("Transfer-Encoding", "chunked")]) + b"5\r\nab",)


def _upgrade(random: Random) -> Headers:
    return random.choice((UPGRADE, UPGRADE[:1], UPGRADE[:2]))


def _many(random: Random) -> Headers:
    return random.choice(([(f"X-{n}", "y") for n in range(300)], [("Cookie", "c=" + "x" * 20_000)]))


def odd(random: Random, world: World) -> Rounds:
    """Complete ones that are no websocket's: refused at once."""
    path = f"/{world.target}/talk"
    yield [
        Shot("gateway", (requests.head("GET", path, [*UPGRADE[:3], ("Sec-WebSocket-Version", "7")]),), refused),
        Shot("gateway", (requests.head("GET", path, [*UPGRADE[:2], *UPGRADE[3:]]),), refused),
        Shot("console", (requests.handshake("/api/v1/apps"),), refused),
    ]
