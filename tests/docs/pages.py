"""The documentation as its tests see it: pages, their fenced blocks, tables, links and the paths they name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:vaas|cli|tests|examples|scripts|docs|benchmarks)/[\w./-]+)`")


class Block(NamedTuple):
    language: str
    text: str
    line: int


def blocks(page: Path, language: str) -> list[Block]:
    text = page.read_text()
    found = [Block(it[1], it[2], text.count("\n", 0, it.start()) + 1) for it in _FENCE.finditer(text)]
    return [block for block in found if block.language == language]


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text())


def links(page: Path) -> list[str]:
    return _LINK.findall(prose(page))


def paths(page: Path) -> list[str]:
    return _PATH.findall(prose(page))


def table(page: Path, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head; code marks and spaces are taken off."""
    [section] = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page.read_text(), re.MULTILINE | re.DOTALL)
    rows = [line.strip().strip("|").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in row] for row in rows[2:]]
