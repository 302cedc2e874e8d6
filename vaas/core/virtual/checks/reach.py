"""Which files of an app its start may come to: by imports from the entry on, late ones and named ones included.

A module that is named in a string (Django's settings and urls) counts as imported. Called by ``folder.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set

from vaas.core.restrict.imports import called_import
from vaas.core.virtual.checks.asked import File, asked
from vaas.core.virtual.checks.planned import Planned
from vaas.core.virtual.search_path import APP


def reached(entry: str, files: Mapping[File, ast.Module], locator: Planned) -> Set[File]:
    """``entry``: a module's name. All files, if it is none of these."""
    found: set[File] = set()
    seen: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in seen or not name:
            continue
        seen.add(name)
        waiting.append(name.rpartition(".")[0])
        source = locator.own(name)
        file = File(source.file.removeprefix(f"{APP}/")) if source is not None else None
        if file is not None and file in files and file not in found:
            found.add(file)
            waiting += _named(files[file], file)
    return found or files.keys()


def _named(tree: ast.Module, file: File) -> Iterator[str]:
    """What the file's imports and strings may mean; most is no module of the app."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            yield node.value.partition(":")[0]
            yield node.value.rpartition(".")[0]
        elif isinstance(node, (ast.Import, ast.ImportFrom)) or (isinstance(node, ast.Call) and called_import(node)):
            yield from _imported(node, file)


def _imported(node: ast.Import | ast.ImportFrom | ast.Call, file: File) -> Iterator[str]:
    try:
        wanted = asked(node, file)
    except ValueError:
        return
    for each in wanted:
        yield each.module
        yield from (f"{each.module}.{name}".lstrip(".") for name in each.names)
