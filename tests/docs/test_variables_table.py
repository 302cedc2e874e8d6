"""The table of refused variables on the page for operators is the code's."""

from __future__ import annotations

from scripts.variables_table import HEAD, PAGE, written


def test_the_table_is_what_the_code_refuses():
    page = PAGE.read_text()
    assert page.count(HEAD) == 1
    assert page == written(page)
