"""On which line of a TOML file each key stands. tomllib tells values but no places. Pure; used by ``reader.py``.

tomllib itself decides where a statement ends: lines are gathered until they parse, so strings and arrays over many
lines need no rules of ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

Path = tuple[str, ...]
"""A key with the tables around it: ``("limits", "timeout")``."""

DEPTH = 5
"""How deep keys are looked for: ``tool.vaas.permissions.net`` has four."""

BUDGET = 2_000_000
"""Characters parsed at most, some 0.3 s. An array over thousands of lines would use more; then what follows it has no
line of its own and gets its table's."""


def key_lines(text: str) -> dict[Path, int]:
    """The line, from 1, of each key and table of a valid TOML document; the first one if there are several."""
    found: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        paths = list(_paths(tomllib.loads(statement)))
        if statement.lstrip().startswith("["):
            table = paths[-1]
        else:
            paths = [table + path for path in paths]
        for path in paths:
            found.setdefault(path, line)
    return found


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of that key, or of the nearest table around it; 1 if there is none."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement of the document with the line it begins on."""
    begun, gathered, budget = 0, "", BUDGET
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not gathered and (not line.strip() or line.lstrip().startswith("#")):
            continue
        begun = begun if gathered else number
        gathered += line + "\n"
        budget -= len(gathered)
        if budget < 0:
            return
        if _parses(gathered):
            yield begun, gathered
            gathered = ""


def _parses(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _paths(value: object, depth: int = DEPTH) -> Iterator[Path]:
    """Every key in nested tables, outer ones first; an array of tables counts as a table."""
    if isinstance(value, list) and value and isinstance(value[-1], dict):
        value = value[-1]
    if isinstance(value, dict) and depth:
        for key, inner in value.items():
            yield (key,)
            yield from ((key, *path) for path in _paths(inner, depth - 1))
