"""All that is wrong with an app's code, without running any of it: every violation, with its line.

``check_source`` is pure. ``check_folder`` adds the imports and names that the machine would not give, by the same
decisions that it obeys at run time. Next: ``imports.py``, ``attributes.py``, ``entry.py``.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vaas.core.policy import Policy
from vaas.core.restrict.compiler import transform
from vaas.core.restrict.violations import Violation
from vaas.core.virtual.checks.asked import File
from vaas.core.virtual.checks.attributes import absent_attributes
from vaas.core.virtual.checks.entry import module_of, problem_of
from vaas.core.virtual.checks.imports import ImportCheck
from vaas.core.virtual.checks.planned import Planned
from vaas.core.virtual.checks.reach import reached
from vaas.core.virtual.checks.shown import Shown
from vaas.core.virtual.search_path import VENDOR, holds_packages

MISSING = frozenset({"missing-module", "missing-name"})
"""Rules about what nobody misses in a file that no start comes to: tests, scripts, tools' settings."""

_SKIPPED = frozenset({VENDOR, "__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of a bundle besides the files in its folder."""

    replaced: tuple[str, ...] = ()
    """Modules that are given to the app (``vaas``)."""
    bundled: frozenset[str] = frozenset()
    """Modules that its requirements bring."""
    exclude: frozenset[str] = frozenset()
    """Files, relative to the folder, that are left out."""
    entry: str | None = None
    """The manifest's, to be looked for; None: a folder that is no whole app."""


def check_source(text: str | bytes, file: str) -> list[Violation]:
    """Why this code may not run in restricted mode; empty if it may. ``file`` is what the violations name."""
    tree = _parsed(text, file)
    return tree if isinstance(tree, list) else transform(tree, file)


def check_folder(folder: str, policy: Policy, contents: Contents = Contents()) -> list[Violation]:
    """All violations of the app in ``folder``: syntax, restrictions if its code is restricted, imports and names."""
    locator = Planned(folder, policy, contents.bundled, contents.replaced)
    shown = Shown(folder, policy, locator)
    parsed = _all_parsed(folder, contents.exclude, packages=policy.code == "restricted")
    trees = {File(name): tree for name, tree in parsed.items()}
    good = {file: tree for file, tree in trees.items() if isinstance(tree, ast.Module)}
    needed = good.keys() if contents.entry is None else reached(module_of(contents.entry), good, locator)
    imports = ImportCheck(locator, shown)
    found: list[Violation] = []
    for file, tree in trees.items():
        if isinstance(tree, list):
            found += tree
            continue
        these = [it for it in imports.violations(tree, file) if file in needed or it.rule not in MISSING]
        if policy.code == "restricted":
            these += absent_attributes(tree, file, shown)
            these += transform(tree, file.path)  # changes the tree: last
        found += sorted(set(these))
    return found


def parsed_files(folder: str, exclude: Iterable[str]) -> dict[str, ast.Module]:
    """The app's own Python files that are Python, by their names."""
    return {name: tree for name, tree in _all_parsed(folder, exclude).items() if isinstance(tree, ast.Module)}


def _all_parsed(
    folder: str, exclude: Iterable[str], *, packages: bool = False
) -> dict[str, ast.Module | list[Violation]]:
    files = _python_files(folder, exclude, packages=packages)
    return {name: _parsed(_read(folder, name), name) for name in files}


def entry_problem(folder: str, policy: Policy, contents: Contents) -> tuple[str, str]:
    """Why the entry cannot be there, and what to do; two empty texts if nothing is known to be wrong with it."""
    return problem_of(contents.entry or "", Planned(folder, policy, contents.bundled, contents.replaced))


def _parsed(text: str | bytes, file: str) -> ast.Module | list[Violation]:
    try:
        return ast.parse(text, file)
    except (SyntaxError, ValueError) as error:
        why = getattr(error, "msg", None) or str(error)
        return [Violation(file, getattr(error, "lineno", None) or 1, "syntax", why, "correct it")]


def _read(folder: str, file: str) -> bytes:
    with open(os.path.join(folder, file), "rb") as stream:
        return stream.read()


def _python_files(folder: str, exclude: Iterable[str], *, packages: bool) -> Iterator[str]:
    """Relative paths of the app's own Python files, in order; with ``packages`` those in a folder that packages were
    installed in too, which are the app's own code where that is restricted."""
    skipped = frozenset(exclude)
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(it for it in folders if it not in _SKIPPED and not it.startswith("."))
        folders[:] = [it for it in folders if packages or not holds_packages(os.path.join(top, it))]
        for name in sorted(files):
            path = os.path.relpath(os.path.join(top, name), folder)
            if name.endswith(".py") and path not in skipped:
                yield path
