"""Bundles that are no bundles, half of one, another than was said, and uploads that stop: nothing of them stays."""

from __future__ import annotations

import json
from functools import cache
from random import Random

from tests.hostile import requests
from tests.hostile.apps import says
from tests.hostile.bundle import Bundle, app_bundle, bundle, digest_of
from tests.hostile.rights import answered, no_matter, refused
from tests.hostile.shots import asked, released, uploaded
from tests.hostile.vocabulary import Answer, Rounds, Shot, World

NAME = "storm-odd"
MANIFEST = f'name = "{NAME}"\n'
MB = 1024 * 1024
PIECE = 64 * 1024


def half(random: Random, world: World) -> Rounds:
    """Another digest than the bytes have: refused, and not there afterwards."""
    whole = app_bundle(NAME, says(str(random.random())))
    part = whole._replace(data=whole.data[: random.randrange(1, len(whole.data))])
    yield [uploaded(world.deployer, part, refused)]
    yield [
        asked(answered(200), world.deployer, "GET", f"/bundles/{whole.digest}"),
        released(refused, world.deployer, NAME, whole),
    ]


def broken(random: Random, world: World) -> Rounds:
    """The digest is right, and what it names is no app."""
    made = random.choice((_cut, _noise, _bomb, _climbing, _empty))(random)
    yield [uploaded(world.deployer, made, answered(200, 201, 400, 422))]
    [found] = yield [released(_refused_or_taken, world.deployer, NAME, made)]
    if found.status == 201:
        number = json.loads(found.bodies[0])["release"]["number"]
        yield [asked(_failed, world.deployer, "GET", f"/apps/{NAME}/releases/{number}?wait=8", stay=10.0)]


def _refused_or_taken(answer: Answer) -> str:
    """What only unpacking can find is a release that fails."""
    return "" if answer.status == 201 else refused(answer)


def _failed(answer: Answer) -> str:
    state = json.loads(answer.bodies[0])["outcome"]["state"] if answer.status == 200 else ""
    return "" if state == "failed" else f"a release that fails wanted, got {answer.status} {state!r}"


def aborted(random: Random, world: World) -> Rounds:
    """Each is left in its midst."""
    size = random.randrange(MB, 8 * MB)
    path, token = f"/api/v1/bundles/{digest_of(random.randbytes(8))}", ("Authorization", f"Bearer {world.deployer}")
    begun = requests.head("PUT", path, [token, ("Content-Length", str(size))])
    pieces = (begun, random.randbytes(PIECE) * random.randrange(1, size // PIECE))
    leave, resets = random.uniform(0.05, 0.5), random.random() < 0.5
    yield [Shot("console", pieces, no_matter, answers=0, stay=leave, resets=resets) for _ in range(3)]


def _named(data: bytes) -> Bundle:
    return Bundle(data, digest_of(data))


def _cut(random: Random) -> Bundle:
    whole = app_bundle(NAME, says(str(random.random()))).data
    return _named(whole[: random.randrange(1, len(whole))])


def _noise(random: Random) -> Bundle:
    return _named(random.randbytes(random.randrange(1, 10_000)))


def _bomb(random: Random) -> Bundle:
    """A bundle may have 1 GB; this says that it has 2, or 10 bytes, and has 20 MB."""
    said = random.choice((2000 * MB, 10))
    return _named(_squeezed().replace((20 * MB).to_bytes(4, "little"), said.to_bytes(4, "little")))


@cache
def _squeezed() -> bytes:
    """The same each time, for it takes long to make."""
    return bundle({"app.py": says("zeros"), "vaas.toml": MANIFEST, "zeros": bytes(20 * MB)}).data


def _climbing(random: Random) -> Bundle:
    name = random.choice(("../evil.py", "/etc/evil", "a/../../evil", "C:\\evil", "a\nb.py", "\x1b[31m.py"))
    return bundle({"app.py": says(str(random.random())), "vaas.toml": MANIFEST, name: "x"})


def _empty(random: Random) -> Bundle:
    return bundle({f"{random.random()}.txt": "x"})
