"""What ``vaas check`` has to say about an app's code, without running any of it: every violation, with its line.

``check_source`` is pure. ``check_folder`` adds the imports that the policy would deny, by the same decision that the
machine obeys at run time.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator

from vaas.core.policy import Policy
from vaas.core.restrict.compiler import transform
from vaas.core.restrict.violations import Violation
from vaas.core.virtual.locate import Locator
from vaas.core.virtual.source import VENDOR, FolderSource

_SKIPPED = frozenset({VENDOR, "__pycache__", "node_modules"})
_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


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
    locator = Locator(policy, FolderSource(folder), folder, replaced)
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
    found = [it for node in _run_imports(tree) for it in _denied(node, file, locator)]
    if policy.code == "restricted":
        found += transform(tree, file)  # changes the tree: last
    return sorted(found, key=lambda it: it.line)


def _parsed(text: str | bytes, file: str) -> ast.Module | list[Violation]:
    try:
        return ast.parse(text, file)
    except (SyntaxError, ValueError) as error:
        why = getattr(error, "msg", None) or str(error)
        return [Violation(file, getattr(error, "lineno", None) or 1, "syntax", why, "correct it")]


def _denied(node: ast.Import | ast.ImportFrom, file: str, locator: Locator) -> Iterator[Violation]:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    for name in names if not getattr(node, "level", 0) else ():
        verdict, _ = locator.decide(name)
        if verdict.action == "deny":
            yield Violation(file, node.lineno, "denied-import", f"{name}: {verdict.why}", verdict.remedy)


def _run_imports(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that count: not those for type checkers, nor those whose failure the app itself handles."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield node
        return
    skipped = node.body if _is_optional(node) else []  # type: ignore[attr-defined]  # an If or a Try
    for child in ast.iter_child_nodes(node):
        if child not in skipped:
            yield from _run_imports(child)


def _is_optional(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
    return isinstance(node, ast.Try) and any(_catches_import_error(it) for it in node.handlers)


def _catches_import_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(it, ast.Name) and it.id in _CAUGHT for it in ast.walk(handler.type))


def _python_files(folder: str) -> Iterator[str]:
    """Relative paths of the app's own Python files, in order."""
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(it for it in folders if it not in _SKIPPED and not it.startswith("."))
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.relpath(os.path.join(top, name), folder)
