"""Which pattern covers which: by its parts, in a time that goes with them alone."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.policy import Permissions, Policy
from vaas.platform.manifest import grants
from vaas.platform.manifest.patterns import PARTS, Tree, covers
from vaas.platform.records.records import Grants

MANY = 20_000
SECONDS = 2.0
"""Of the processor, for work that takes 0.2 s; comparing each with each took minutes."""

words = st.sampled_from(["a", "b", "ab", "*"])
dotted = st.lists(words, min_size=1, max_size=3).map(".".join)
paths = st.lists(words, max_size=3).map(lambda parts: "/" + "/".join(parts))


@pytest.mark.parametrize("kind", PARTS)
@given(data=st.data())
def test_a_tree_covers_what_one_of_its_patterns_does(kind: str, data: st.DataObject):
    one = paths if kind in ("read", "write") else dotted
    granted, asked = data.draw(st.lists(one, max_size=4)), data.draw(one)
    assert Tree(kind, granted).covers(asked) is any(covers(kind, grant, asked) for grant in granted)


@pytest.mark.parametrize("kind", PARTS)
def test_thousands_of_patterns_are_compared_with_thousands_in_no_time(kind: str):
    head = "/srv/" if kind in ("read", "write") else "a."
    asked = Permissions(**{kind: tuple(f"{head}x{number}" for number in range(MANY))})
    granted = Permissions(**{kind: tuple(f"{head}y{number}" for number in range(MANY))})
    began = process_time()
    assert getattr(grants.meet(asked, granted), kind) == ()
    assert not grants.allows(Policy(permissions=granted), Policy(permissions=asked))
    assert process_time() - began < SECONDS


def test_thousands_of_grants_are_taken_away_in_no_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("vaas.platform.records.bounds.check", lambda permissions: None)
    many = Grants(permissions=Permissions(env=tuple(f"A{number}" for number in range(MANY))))
    began = process_time()
    assert grants.remove("shop", many, many) == Grants()
    assert process_time() - began < SECONDS


def test_patterns_within_one_another_are_met_once_each():
    asked = Permissions(modules=tuple(".".join(["a"] * depth) for depth in range(1, 500)))
    granted = Permissions(modules=tuple(".".join(["a"] * 500) + f".x{number}" for number in range(MANY // 10)))
    began = process_time()
    assert len(grants.meet(asked, granted).modules) == len(granted.modules)
    assert process_time() - began < SECONDS
