"""Writes the table of refused variables into docs/operating.md, from `vaas/platform/manifest/variables.py`.

The page is held to be what this writes by `tests/docs/test_variables_table.py`.
"""

from __future__ import annotations

from pathlib import Path

from scripts.page_table import with_rows
from vaas.platform.manifest.variables import TABLE

PAGE = Path(__file__).resolve().parent.parent / "docs/operating.md"

HEAD = "| variable | why no app is given it |\n|---|---|\n"


def written(page: str) -> str:
    """The page with the table under its head replaced by that of the code."""
    return with_rows(page, HEAD, (f"| {_code(row.names)} | {row.reason} |\n" for row in TABLE))


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
