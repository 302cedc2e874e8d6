"""Settings that would change how a host, or a program that it starts, begins: refused. Item 18."""

from __future__ import annotations

import json
from random import Random

from tests.hostile.rights import answered
from tests.hostile.shots import asked
from tests.hostile.vocabulary import Rounds, World

NAMES = (
    *("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PYTHONINSPECT"),
    *("PYTHONMALLOC", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", "LD_DEBUG", "GCONV_PATH", "BASH_ENV"),
)
"""Of programs that read them before the app's code has a say."""


def loaders(random: Random, world: World) -> Rounds:
    path = f"/apps/{world.target}/settings"
    [found] = yield [asked(answered(200), world.deployer, "GET", path)]
    if found.status != 200:
        return
    changes = {f"env.{random.choice(NAMES)}": "/data/evil.so", **random.choice(({}, {"env.FINE": "x"}))}
    order = {"changes": changes, "revision": json.loads(found.bodies[0])["revision"]}
    yield [asked(answered(400, 422), world.deployer, "PATCH", path, order)]
