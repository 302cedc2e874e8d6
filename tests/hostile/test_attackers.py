"""Attackers: the same seed sends the same bytes, a round is bounded, and each says which answer is right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random

import pytest

from tests.hostile.attackers import ATTACKERS, NOT_YET
from tests.hostile.conductor import Plan
from tests.hostile.vocabulary import Answer, Shot, World

WORLD = World(("127.0.0.1", 1), ("127.0.0.1", 2), "vaas_admin", "vaas_deployer", "vaas_viewer")
FACTS = {"id": "t1", "token": "vaas_new", "revision": 3, "release": {"number": 5}}
"""What the API tells in some answer, all at once."""
MADE = Answer((201,), (json.dumps(FACTS).encode(),))
FOUND = Answer((200,), (json.dumps(FACTS).encode(),))
MOST_VOLLEYS, MOST_SHOTS, MOST_BYTES, LONGEST = 20, 100, 64 * 1024 * 1024, 16.0


def one_round(name: str, seed: object, answer: Answer = MADE) -> list[Sequence[Shot]]:
    going = ATTACKERS[name].round(Random(str(seed)), WORLD)
    volleys: list[Sequence[Shot]] = []
    answers = None
    while True:
        try:
            volley = going.send(answers)  # type: ignore[arg-type]  # a generator is begun with None
        except StopIteration:
            return volleys
        volleys.append(volley)
        answers = [FOUND if b"GET /api/v1/apps/target/settings " in shot.pieces[0] else answer for shot in volley]


def bytes_of(volleys: list[Sequence[Shot]]) -> list[tuple[bytes, ...]]:
    return [shot.pieces for volley in volleys for shot in volley]


@pytest.mark.parametrize("name", ATTACKERS)
def test_the_same_seed_sends_the_same_bytes(name: str):
    assert bytes_of(one_round(name, 7)) == bytes_of(one_round(name, 7))


@pytest.mark.parametrize("name", ATTACKERS)
def test_another_seed_sends_other_bytes(name: str):
    assert len({str(bytes_of(one_round(name, seed))) for seed in range(5)}) > 1 or name in CONSTANT


CONSTANT = {"handshakes-odd", "slow-heads", "streams-many", "streams-revoked"}
"""They choose where or when alone, or nothing."""


@pytest.mark.parametrize("name", ATTACKERS)
def test_a_round_is_bounded_and_ends(name: str):
    for seed in range(5):
        volleys = one_round(name, seed)
        shots = [shot for volley in volleys for shot in volley]
        assert 0 < len(volleys) <= MOST_VOLLEYS
        assert max(map(len, volleys)) <= MOST_SHOTS
        assert sum(len(piece) for shot in shots for piece in shot.pieces) <= MOST_BYTES
        assert max(shot.delay + shot.stay for shot in shots) <= LONGEST


@pytest.mark.parametrize("name", ATTACKERS)
def test_a_round_ends_also_when_nothing_is_answered(name: str):
    assert len(one_round(name, 7, Answer(closed=0.1))) <= MOST_VOLLEYS


@pytest.mark.parametrize("name", ATTACKERS)
def test_a_500_is_never_right_but_where_the_app_itself_has_failed(name: str):
    for shot in (shot for volley in one_round(name, 7) for shot in volley):
        wanted = "" if b"/fail?" in shot.pieces[0] else "wrong"
        assert bool(shot.right(Answer((500,), (b"",), closed=20.0))) == bool(wanted)


def test_no_attacker_is_off():
    assert NOT_YET == {}


def test_a_short_storm_has_short_quiets():
    assert Plan([], 6, "1").first <= 6 / 3
    assert Plan([], 3600, "1").quiet <= 10
