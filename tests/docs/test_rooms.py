"""Every package says what its room is for, and by which files a flow enters and leaves it."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tests.docs.docstrings import Source, Tree, files_in
from tests.docs.pages import ROOT

LEAST = 5
"""Lines: what it is for, where to begin, where it goes on, what stays out."""


@cache
def tree() -> Tree:
    return Tree(ROOT)


ROOMS = [source for source in tree().sources if source.path.name == "__init__.py"]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.module)
def test_a_room_says_what_it_is_for_and_names_the_file_to_begin_with(room: Source):
    lines = (ast.get_docstring(room.tree) or "").splitlines()
    assert len(lines) >= LEAST, f"{room.path.relative_to(ROOT)} has no map of its room"
    named = [tree().file(room, each.name) for said in room.said for each in files_in(said)]
    inside = [file for file in named if file and file.suffix == ".py" and file.is_relative_to(room.path.parent)]
    assert inside, f"{room.path.relative_to(ROOT)} names no file of its own room"
