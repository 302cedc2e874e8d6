"""Every attack succeeds in plain Python, and neither layer lets it through, each with the other switched off.

How they are run: ``harness.py``. What was considered and not written: ``CONSIDERED.md``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.escapes import harness
from tests.escapes.attack import attacks
from tests.escapes.holes import HOLES

ATTACKS = list(attacks())


def held_by(way: str) -> list[object]:
    layer = harness.LAYER[way]
    return [_case(way, name) for name, attack in attacks().items() if attack.is_held_by(layer)]


def _case(way: str, name: str) -> object:
    hole = HOLES.get((way, name))
    return pytest.param(name, marks=[pytest.mark.xfail(strict=True, reason=hole)] if hole else [])


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> harness.Outcomes:
    """Of all attacks that this run of pytest asks for, run at once."""
    asked = {item.callspec.params.get("name") for item in request.session.items if hasattr(item, "callspec")}
    return harness.run(name for name in ATTACKS if name in asked)


@pytest.fixture
def outcome(outcomes: harness.Outcomes) -> Callable[[str, str], str]:
    """How an attack ended, where plain Python lets it through."""

    def of(way: str, name: str) -> str:
        plain = outcomes["plain"][name]
        if harness.absent(plain):
            pytest.skip(f"cannot be tried here: {harness.absent(plain)}")
        if not harness.escaped(plain):
            pytest.fail(f"it proves nothing: plain Python ended in {plain[:500]}")
        return outcomes[way][name]

    return of


@pytest.mark.parametrize("name", ATTACKS)
def test_plain_python_lets_it_through(name: str, outcome: Callable[[str, str], str]) -> None:
    assert harness.escaped(outcome("plain", name))


@pytest.mark.parametrize("name", held_by("restricted"))
def test_restricted_code_alone_repels_it(name: str, outcome: Callable[[str, str], str]) -> None:
    ended = outcome("restricted", name)
    assert not harness.escaped(ended), f"{attacks()[name].law} {ended}"
    assert ended != "hung"


@pytest.mark.parametrize("name", held_by("kernel"))
def test_the_kernel_layer_alone_repels_it(name: str, outcome: Callable[[str, str], str]) -> None:
    ended = outcome("kernel", name)
    assert not harness.escaped(ended), f"{attacks()[name].law} {ended}"
    assert ended != "hung"


@pytest.mark.skipif("uid" not in harness.WAYS, reason="only root can give each app a user of its own")
@pytest.mark.parametrize("name", held_by("uid"))
def test_nor_does_it_get_through_where_each_app_is_a_user_of_its_own(
    name: str, outcome: Callable[[str, str], str]
) -> None:
    ended = outcome("uid", name)
    assert not harness.escaped(ended), f"{attacks()[name].law} {ended}"
    assert ended != "hung"


def test_there_are_at_least_150_attacks_and_each_names_its_law() -> None:
    assert len(ATTACKS) >= 150
    assert [name for name, attack in attacks().items() if not attack.law.endswith(".")] == []


def test_every_known_hole_is_one_of_an_attack_that_is_tried() -> None:
    assert [key for key in HOLES if not attacks()[key[1]].is_held_by(harness.LAYER[key[0]])] == []
