"""What ``vaas check`` has to say about an app's code, without running any of it: every violation, with its line.

``check_source`` is pure. ``check_folder`` adds the imports that the policy would deny, by the same decision that the
machine obeys at run time.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from functools import partial

from vaas.core.policy import Policy
from vaas.core.restrict.compiler import transform
from vaas.core.restrict.imports import Import, run_imports
from vaas.core.restrict.violations import Violation
from vaas.core.virtual.locate import Locator
from vaas.core.virtual.search_path import VENDOR, SearchPath, path_by_code
from vaas.core.virtual.source import FolderSource

_SKIPPED = frozenset({VENDOR, "__pycache__", "node_modules"})


def check_source(text: str | bytes, file: str) -> list[Violation]:
    """Why this code may not run in restricted mode; empty if it may. ``file`` is what the violations name."""
    tree = _parsed(text, file)
    return tree if isinstance(tree, list) else transform(tree, file)


def check_folder(
    folder: str, policy: Policy, *, replaced: Iterable[str] = (), exclude: Iterable[str] = ()
) -> list[Violation]:
    """All violations of the app in ``folder``: syntax, restrictions if its code is restricted, and denied imports.

    ``replaced``: modules that are given to the app (``vaas``); ``exclude``: files relative to the folder to leave out.
    """
    listed = path_by_code(folder)
    source = FolderSource(folder, SearchPath(folder, lambda: listed))
    locator = Locator(policy, source, folder, replaced)
    skipped = frozenset(exclude)
    found: list[Violation] = []
    for file in _python_files(folder):
        if file not in skipped:
            with open(os.path.join(folder, file), "rb") as stream:
                found += _check_file(stream.read(), file, policy, locator)
    return found


def _check_file(text: bytes, file: str, policy: Policy, locator: Locator) -> list[Violation]:
    tree = _parsed(text, file)
    if isinstance(tree, list):
        return tree
    denied = partial(_denied, file=file, locator=locator)
    found = [it for node in run_imports(tree, lambda it: bool(denied(it))) for it in denied(node)]
    if policy.code == "restricted":
        found += transform(tree, file)  # changes the tree: last
    return sorted(found, key=lambda it: it.line)


def _parsed(text: str | bytes, file: str) -> ast.Module | list[Violation]:
    try:
        return ast.parse(text, file)
    except (SyntaxError, ValueError) as error:
        why = getattr(error, "msg", None) or str(error)
        return [Violation(file, getattr(error, "lineno", None) or 1, "syntax", why, "correct it")]


def _denied(node: Import, file: str, locator: Locator) -> list[Violation]:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    verdicts = [(name, locator.decide(name)[0]) for name in names if not getattr(node, "level", 0)]
    return [
        Violation(file, node.lineno, "denied-import", f"{name}: {verdict.why}", verdict.remedy)
        for name, verdict in verdicts
        if verdict.action == "deny"
    ]


def _python_files(folder: str) -> Iterator[str]:
    """Relative paths of the app's own Python files, in order."""
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(it for it in folders if it not in _SKIPPED and not it.startswith("."))
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.relpath(os.path.join(top, name), folder)
