"""Streams of the API: those of a token that is revoked end with it; one token does not take the console. Item 6."""

from __future__ import annotations

import json
from random import Random

from tests.hostile.rights import answered, closed_within, no_matter
from tests.hostile.shots import asked
from tests.hostile.vocabulary import Rounds, World

MANY = 80
"""Streams of one token at a time."""
WHEN = 1.0
"""Seconds after which a token is revoked."""
SPARE = 1.0
"""Seconds after the revocation in which its streams must end, from issue 10; and as many for the storm."""


def revoked(random: Random, world: World) -> Rounds:
    order = {"name": "short-lived", "role": "viewer"}
    [made] = yield [asked(answered(201), world.admin, "POST", "/tokens", order)]
    if made.status != 201:
        return
    token, follow = json.loads(made.bodies[0]), f"/apps/{world.target}/logs?follow=true"
    ended = closed_within(WHEN + 2 * SPARE, 200)
    yield [
        *[asked(ended, token["token"], "GET", follow, answers=0, stay=6.0) for _ in range(3)],
        asked(answered(204), world.admin, "DELETE", f"/tokens/{token['id']}", delay=WHEN),
    ]
    yield [asked(answered(401), token["token"], "GET", follow)]


def many(random: Random, world: World) -> Rounds:
    """What one token may is bounded; 429 says so."""
    follow = f"/apps/{world.target}/logs?follow=true"
    how = {"answers": 0, "stay": 4.0}
    yield [asked(no_matter, world.viewer, "GET", follow, delay=random.random(), **how) for _ in range(MANY)]
