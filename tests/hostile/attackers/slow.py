"""Heads and bodies that trickle, readers that do not read: each is cut in time, and no other client waits for it."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.hostile import requests
from tests.hostile.rights import answered, closed_within, no_matter
from tests.hostile.shots import sent
from tests.hostile.vocabulary import Listener, Rounds, Shot, World

PATIENCE = 14.0
"""Seconds after which the other end must have given up: a head has 10, an answer of the target 5."""
CROWD = 20
LISTENERS: tuple[Listener, ...] = ("gateway", "console")


def heads(random: Random, world: World) -> Rounds:
    begun = requests.head("GET", f"/{world.target}/fine")[:-2] + b"X-Slow: "
    pieces = (begun, *(b"x" for _ in range(40)))
    how: dict[str, Any] = {"gap": 0.5, "answers": 0, "stay": PATIENCE + 1}
    yield [Shot(at, pieces, closed_within(PATIENCE), **how) for at in random.choices(LISTENERS, k=CROWD)]


def bodies(random: Random, world: World) -> Rounds:
    """Large ones, which are streamed, and small ones, which are collected; with a length and in chunks."""
    length = random.choice((1000, 200_000))
    measured = requests.head("POST", f"/{world.target}/count", [("Content-Length", str(length))])
    chunked = requests.head("POST", f"/{world.target}/count", [("Transfer-Encoding", "chunked")])
    yield [
        *[_trickled(measured, b"x") for _ in range(CROWD // 2)],
        *[_trickled(chunked, requests.chunk(b"x")) for _ in range(CROWD // 2)],
    ]


def _trickled(head: bytes, piece: bytes) -> Shot:
    return sent(answered(408, 504), head, *([piece] * 30), gap=0.4, stay=PATIENCE)


def readers(random: Random, world: World) -> Rounds:
    """They ask for much and take none of it."""
    path = random.choice(("large", "endless"))
    made = requests.request("GET", f"/{world.target}/{path}") * (30 if path == "large" else 1)
    yield [sent(no_matter, made, answers=0, reads=False, stay=random.uniform(1, 6)) for _ in range(CROWD)]
