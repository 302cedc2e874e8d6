"""Reads the two tables: the central modules with their tests, and the mutants that are known to change nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from scripts.mutation.mutant import Central, Mutant

HERE = Path(__file__).resolve().parent
Equivalents = frozenset[tuple[str, str, str, str]]
"""Module, function (empty for any), line, operator."""


def central_modules(names: Iterable[str] = (), file: Path = HERE / "central.toml") -> list[Central]:
    """All, or those whose name or path begins or ends with one of ``names``, in the order of ``names``. Raises
    LookupError for a name that none has."""
    table = tomllib.loads(file.read_text())
    shared = table.get("tests", {})
    every = [
        Central(row["name"], row["path"], paths(row["tests"], shared), paths(row.get("elsewhere", []), shared))
        for row in table["module"]
    ]
    return [module for name in names for module in _named(name, every)] or every


def paths(words: list[str], shared: dict[str, list[str]]) -> tuple[str, ...]:
    """A word is the name of a list of tests, or a path itself."""
    return tuple(path for word in words for path in shared.get(word, [word]))


def _named(name: str, every: list[Central]) -> list[Central]:
    found = [module for module in every if name in (module.name, module.path)]
    found = found or [module for module in every if module.name.startswith(f"{name}/")]
    if not found:
        raise LookupError(f"no central module is called {name}; there are: {', '.join(each.name for each in every)}")
    return found


def known_equivalents(file: Path = HERE / "equivalent.toml") -> Equivalents:
    rows = tomllib.loads(file.read_text()).get("equivalent", [])
    return frozenset(
        (row["module"], row.get("function", ""), row["line"], operator) for row in rows for operator in row["operators"]
    )


def is_equivalent(mutant: Mutant, known: Equivalents) -> bool:
    return any((mutant.module, function, mutant.code, mutant.operator) in known for function in ("", mutant.function))
