"""Aborted uploads to a release that has just begun to answer: another client's are whole all the same. Item 9."""

from __future__ import annotations

import json
from random import Random

from tests.hostile import apps, requests
from tests.hostile.bundle import app_bundle
from tests.hostile.rights import answered, no_matter, says
from tests.hostile.shots import released, sent, started, uploaded
from tests.hostile.vocabulary import Rounds, Shot, World

NAME = "storm-fresh"
LENGTH = 300_000
CHUNKED = ("Transfer-Encoding", "chunked")


def aborted(random: Random, world: World) -> Rounds:
    made = app_bundle(NAME, apps.says(str(random.random())), '[limits]\nidle = "2s"\ntimeout = "5s"\nworkers = 1\n')
    yield [uploaded(world.deployer, made)]
    [deployed] = yield [released(answered(201), world.deployer, NAME, made)]
    if deployed.status != 201:
        return
    yield [started(world.deployer, NAME, json.loads(deployed.bodies[0])["release"]["number"])]
    for _ in range(3):
        yield [*[_begun(random) for _ in range(8)], *[_whole(random) for _ in range(4)]]


def _begun(random: Random) -> Shot:
    """Part of a body, then gone."""
    head = requests.head("POST", f"/{NAME}/count", random.choice(([CHUNKED], [("Content-Length", str(LENGTH))])))
    part = requests.chunk(random.randbytes(random.randrange(1, 90_000)))
    leave, resets = random.uniform(0.01, 0.2), random.random() < 0.5
    return sent(no_matter, head, part, gap=0.005, answers=0, stay=leave, resets=resets)


def _whole(random: Random) -> Shot:
    parts = [random.randbytes(random.randrange(1, 40_000)) for _ in range(5)]
    size = str(sum(map(len, parts))).encode()
    pieces = (requests.head("POST", f"/{NAME}/count", [CHUNKED]), *map(requests.chunk, parts), requests.LAST_CHUNK)
    return sent(says(size), *pieces, gap=0.01, delay=random.uniform(0, 0.1))
