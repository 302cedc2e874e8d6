"""The page for operators: the bounds are the code's."""

from __future__ import annotations

from scripts.bounds_table import PAGE, written


def test_its_table_of_bounds_is_written_from_the_code():
    assert PAGE.read_text() == written(PAGE.read_text()), "run `.venv/bin/python -m scripts.bounds_table`"
