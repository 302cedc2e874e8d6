"""Manifests that are as large as they may be, and larger: read in no time, or refused in no time. Item 1."""

from __future__ import annotations

from random import Random

from tests.hostile.apps import says
from tests.hostile.bundle import app_bundle
from tests.hostile.rights import answered, refused
from tests.hostile.shots import asked, released, uploaded
from tests.hostile.vocabulary import Right, Rounds, World

NAME = "storm-many"
LARGE = (5000, 20_000)


def fitting(random: Random, world: World) -> Rounds:
    """Many names, and yet within any bound: a release that waits for its grant."""
    yield from _deployed(random, world, _modules(random, random.randrange(1, 60)), answered(200, 201))


def beyond(random: Random, world: World) -> Rounds:
    kind = random.choice((_modules, _addresses, _patterns, _long, _texts))
    yield from _deployed(random, world, kind(random, random.choice(LARGE)), refused)


def granted(random: Random, world: World) -> Rounds:
    """Grants and settings have bounds, as manifests have."""
    many = [f"m{n}.n{random.randrange(10**6)}" for n in range(max(LARGE))]
    add = {"add": {random.choice(("modules", "packages", "env", "rpc")): many}}
    change = {"changes": {f"env.N{n}": "x" for n in range(max(LARGE))}, "revision": 0}
    yield [
        asked(refused, world.admin, "POST", f"/apps/{world.target}/grants", add),
        asked(refused, world.admin, "PATCH", f"/apps/{world.target}/settings", change),
    ]


def _deployed(random: Random, world: World, manifest: str, right: Right) -> Rounds:
    made = app_bundle(NAME, says(str(random.random())), manifest)
    yield [uploaded(world.deployer, made)]
    yield [released(right, world.deployer, NAME, made)]


def _modules(random: Random, count: int) -> str:
    return f"[permissions]\nmodules = {[f'm{n}.n{random.randrange(10**6)}' for n in range(count)]}\n"


def _addresses(random: Random, count: int) -> str:
    return f"[permissions]\nnet = {[f'h{n}.example.com:{random.randrange(1, 65535)}' for n in range(count)]}\n"


def _patterns(random: Random, count: int) -> str:
    return f"exclude = {[f'**/d{n}/**/{random.randrange(10**6)}*' for n in range(count)]}\n"


def _long(random: Random, count: int) -> str:
    return f'[permissions]\nmodules = ["{"m" * count * 10}"]\n'


def _texts(random: Random, count: int) -> str:
    return f'version = "{random.randbytes(count).hex()}"\n'
