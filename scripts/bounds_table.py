"""Writes the table of bounds into docs/operating.md, from `vaas/platform/records/bounds.py`. Run it after changing one.

The page is held to be what this writes by `tests/docs/test_operating_page.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scripts.page_table import with_rows
from vaas.platform.records.bounds import TABLE

PAGE = Path(__file__).resolve().parent.parent / "docs/operating.md"

HEAD = "| of | at most |\n|---|---|\n"


def written(page: str) -> str:
    """The page with the table under its head replaced by that of the code."""
    return with_rows(page, HEAD, rows())


def rows() -> Iterator[str]:
    for bound in TABLE.values():
        yield f"| {bound.of} | {bound.words} |\n"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
