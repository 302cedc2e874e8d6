"""Changes that were decided on what is not so any more: 409, and what another has decided stays. Item 13."""

from __future__ import annotations

from random import Random

from tests.hostile.rights import answered
from tests.hostile.shots import asked
from tests.hostile.vocabulary import Rounds, World

NEVER = (-1, 1_000_000, 2**62)
"""Revisions that the target does not reach."""


def traffic(random: Random, world: World) -> Rounds:
    order = {"mode": "lock", "lock": 1, "revision": random.choice(NEVER)}
    yield [asked(answered(409, 422), world.deployer, "PUT", f"/apps/{world.target}/traffic", order)]


def settings(random: Random, world: World) -> Rounds:
    order = {"changes": {"env.STORM": str(random.random())}, "revision": random.choice(NEVER)}
    yield [asked(answered(409, 422), world.deployer, "PATCH", f"/apps/{world.target}/settings", order)]
