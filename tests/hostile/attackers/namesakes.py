"""An app that is removed and made again: what opened the old one opens nothing of its namesake's. Item 14."""

from __future__ import annotations

import json
from random import Random

from tests.hostile.apps import says
from tests.hostile.bundle import app_bundle
from tests.hostile.rights import answered
from tests.hostile.shots import asked, released, started, uploaded
from tests.hostile.vocabulary import Rounds, Shot, World


def tokens(random: Random, world: World) -> Rounds:
    name = f"storm-n{random.randrange(10**9)}"
    yield from _deployed(random, world, name)
    order = {"name": "of-the-old-one", "role": "deployer", "apps": [name]}
    [made] = yield [asked(answered(201), world.admin, "POST", "/tokens", order)]
    if made.status != 201:
        return
    token, logs = json.loads(made.bodies[0])["token"], f"/apps/{name}/logs"
    yield [asked(answered(200), token, "GET", logs)]
    yield [_removed(world, name)]
    yield from _deployed(random, world, name)
    yield [asked(answered(401, 403), token, "GET", logs)]
    yield [_removed(world, name)]


def _deployed(random: Random, world: World, name: str) -> Rounds:
    made = app_bundle(name, says(str(random.random())), '[limits]\nidle = "1s"\n')
    yield [uploaded(world.admin, made)]
    yield [released(answered(201), world.admin, name, made)]
    yield [started(world.admin, name, 1)]


def _removed(world: World, name: str) -> Shot:
    return asked(answered(204), world.admin, "DELETE", f"/apps/{name}?purge=true")
