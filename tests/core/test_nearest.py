"""The nearest name: found by a slip of the pen, and never at a price that its asker sets."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

import pytest

from vaas.core import nearest as module
from vaas.core.nearest import LONGEST, MOST, nearest


@pytest.mark.parametrize(
    ("word", "found"), [("shpo", "shop"), ("shop", "shop"), ("tillx", "till"), ("zzz", ""), ("", ""), ("s" * 60, "")]
)
def test_a_name_that_is_nearly_written_is_found(word: str, found: str) -> None:
    assert nearest(word, ["till", "shop", "blog"]) == found


def test_a_word_that_is_too_long_for_a_name_is_compared_with_nothing() -> None:
    def names() -> Iterator[str]:
        yield "a" * (LONGEST + 1)
        raise AssertionError

    assert nearest("a" * LONGEST, ["a" * LONGEST]) == "a" * LONGEST
    with pytest.raises(AssertionError):
        nearest("a" * LONGEST, names())
    assert nearest("a" * (LONGEST + 1), names()) == ""


def test_of_thousands_of_names_a_few_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    def watching(word: str, known: Any, **options: Any) -> list[str]:
        compared.extend(known)
        return []

    monkeypatch.setattr(difflib, "get_close_matches", watching)
    nearest("app-x", (f"app-{n:04}" for n in range(20_000)))
    assert len(compared) == MOST == 200
    assert module.LONGEST == 64
