"""What import-linter cannot say: which one file may fork, and which one names concrete stores."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = {str(path.relative_to(ROOT)): path for top in ("vaas", "cli") for path in (ROOT / top).rglob("*.py")}

FORKS = {"fork", "forkpty"}
STORES = {
    "vaas.platform.store.sqlite",
    "vaas.platform.store.memory",
    "vaas.platform.bundles.folder",
    "vaas.platform.bundles.memory",
}


def names_used(tree: ast.AST, module: str) -> Iterator[str]:
    """Every ``module.NAME``, and every name imported from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == module:
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and node.module == module:
            yield from (alias.name for alias in node.names)


def modules_imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files_where(matches: Callable[[ast.AST], object]) -> set[str]:
    return {name for name, path in SOURCES.items() if matches(ast.parse(path.read_text()))}


def test_only_the_zygote_forks():
    assert files_where(lambda tree: FORKS & set(names_used(tree, "os"))) == {
        "vaas/core/host/spare.py",
        "vaas/core/host/beside.py",
    }
    for forks in ("vaas.core.host.spare", "vaas.core.host.beside"):
        assert files_where(lambda tree, it=forks: it in set(modules_imported(tree))) == {"vaas/core/host/zygote.py"}


def test_nothing_uses_multiprocessing():
    assert files_where(lambda tree: "multiprocessing" in set(modules_imported(tree))) == set()


def test_only_the_composition_root_names_concrete_stores():
    assert files_where(lambda tree: STORES & set(modules_imported(tree))) == {"vaas/platform/bootstrap.py"}


@pytest.mark.untraced  # what counts branches imports sqlite3
def test_a_host_needs_nothing_of_the_platform():
    """What the zygote imports, seen in a process of its own: no store, no server, no client."""
    code = (
        "import sys, vaas.core.host.zygote, vaas.framework.service, vaas.framework.entries\n"
        "print(*[name for name in sys.modules if name.split('.')[0] in {'uvicorn', 'httptools', 'sqlite3', 'httpx'}"
        " or name.startswith('vaas.platform')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []
