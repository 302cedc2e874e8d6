"""Every transcript in the documentation, typed into a shell against a real platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, blocks
from tests.docs.transcript import Shell, matches

WITH_TRANSCRIPTS = [page for page in PAGES if blocks(page, "console")]


@pytest.mark.parametrize("page", WITH_TRANSCRIPTS, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_happens(page: Path, shell: Shell):
    for block in blocks(page, "console"):
        shell.run(block.text)


def test_the_first_steps_and_the_operator_s_are_among_them():
    assert {ROOT / "README.md", ROOT / "docs/operating.md", ROOT / "docs/api.md"} <= set(WITH_TRANSCRIPTS)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a … c", "a b c", True),
        ("a … c", "a b\nc", False),
        ("a\n…\nc", "a\nb\nb\nc", True),
        ("a", "a\nb", False),
        ("a  b", "a      b", True),
        ("", "said something", False),
    ],
)
def test_dots_stand_for_anything_and_everything_else_for_itself(shown: str, printed: str, same: bool):
    assert matches(shown, printed) is same
