"""Writes the table of limits into docs/manifest.md, from the rows in `vaas/core/policy.py`. Run it after changing one.

The page is held to be what this writes by `tests/docs/test_manifest_page.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scripts.page_table import with_rows
from vaas.core.limit_keys import COUNT, LimitKey
from vaas.core.policy import LIMIT_KEYS

PAGE = Path(__file__).resolve().parent.parent / "docs/manifest.md"

HEAD = "| key | default | from | to | meaning |\n|---|---|---|---|---|\n"


def written(page: str) -> str:
    """The page with the table under its head replaced by that of the code."""
    return with_rows(page, HEAD, rows())


def rows() -> Iterator[str]:
    for key in LIMIT_KEYS.values():
        default = key.usual or f"`{toml(key, key.default)}`"
        yield f"| `{key.name}` | {default} | `{toml(key, key.least)}` | `{toml(key, key.most)}` | {key.doc} |\n"


def toml(key: LimitKey, value: float) -> str:
    """As a manifest writes it."""
    return key.text(value) if key.kind is COUNT else f'"{key.text(value)}"'


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
