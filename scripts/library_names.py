"""Which names of Python's library real code uses most, and which of them restricted code lacks.

Counts the files, of all packages in this virtual environment but their tests, that take a name from a module:

    .venv/bin/python scripts/library_names.py          # the names that are left out, of the 200 most used
    .venv/bin/python scripts/library_names.py 1000     # of the 1000 most used

For each one decide: the facade shows it, or its row in the registry says what to do instead (`instead`).
"""

from __future__ import annotations

import ast
import sys
import sysconfig
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from vaas.core.policy import Policy
from vaas.core.virtual.checks.bindings import OPENING, Scope
from vaas.core.virtual.checks.planned import Planned
from vaas.core.virtual.checks.shown import Shown
from vaas.core.virtual.stdlib.tables import SAFE

Name = tuple[str, str]


def used(tree: ast.Module) -> Iterator[Name]:
    """Every module of the safe library, with a name that the file takes from it."""
    waiting: list[tuple[ast.AST, Scope]] = [(tree, Scope(tree, None, SAFE.__contains__))]
    while waiting:
        node, scope = waiting.pop()
        if isinstance(node, ast.ImportFrom) and node.module in SAFE and not node.level:
            yield from ((node.module, it.name) for it in node.names)
        if isinstance(node, ast.Attribute) and (module := scope.module_of(node.value)) in SAFE:
            yield module, node.attr
        for child in ast.iter_child_nodes(node):
            inner = Scope(child, scope, SAFE.__contains__) if isinstance(child, OPENING) else scope
            waiting.append((child, inner))


def counted(folder: Path) -> Counter[Name]:
    found: Counter[Name] = Counter()
    for file in folder.rglob("*.py"):
        if "test" not in str(file.relative_to(folder)):
            try:
                found.update(set(used(ast.parse(file.read_bytes()))))
            except (SyntaxError, ValueError):
                continue
    return found


def main(most: int = 200) -> None:
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as nothing:
        policy = Policy()
        shown = Shown(nothing, policy, Planned(nothing, policy, (), ()))
        public = [it for it in counted(Path(sysconfig.get_path("purelib"))).most_common() if it[0][1][:1] not in "_*"]
        for place, ((module, name), files) in enumerate(public[:most], 1):
            absent = shown.absent(module, name)
            if absent is not None and not absent.is_module:
                print(f"{place:5} {files:5} files  {module}.{name}: {absent.remedy}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
