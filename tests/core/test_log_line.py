"""A line of a log is as long as a line may be, and says how much of it is missing."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from vaas.core.log_line import MAX_LINE, shorten


@given(st.text(max_size=50))
def test_an_ordinary_line_stays_as_it_is(text: str):
    assert shorten(text) is text


def test_a_line_of_just_the_size_stays_as_it_is():
    text = "x" * MAX_LINE
    assert shorten(text) is text


@given(st.integers(1, 10**6))
def test_a_longer_line_says_how_much_is_missing_and_cutting_it_again_changes_nothing(beyond: int):
    text = "x" * (MAX_LINE + beyond)
    cut = shorten(text)
    note = re.fullmatch(r"(x*)… \((\d+) more characters\)", cut)
    assert note is not None
    assert len(note[1]) + int(note[2]) == len(text)
    assert len(cut) <= MAX_LINE
    assert shorten(cut) is cut
