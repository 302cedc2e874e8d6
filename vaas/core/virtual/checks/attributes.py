"""Attributes of Python's modules that restricted code will not find: ``os.fork``, under whatever name ``os`` goes.

Those that the file itself asks about first (``hasattr``, ``getattr`` with a default, a ``try`` with AttributeError) are
its own affair. Called by ``folder.py``; what a name means is told by ``bindings.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vaas.core.restrict.imports import branches, catches
from vaas.core.restrict.violations import Violation
from vaas.core.virtual.checks.asked import File
from vaas.core.virtual.checks.bindings import OPENING, Scope
from vaas.core.virtual.checks.shown import Shown

_CAUGHT = frozenset({"AttributeError", "Exception", "BaseException"})


def absent_attributes(tree: ast.Module, file: File, shown: Shown) -> list[Violation]:
    """Each with its line, in no order."""
    return list(_Look(tree, file, shown).found())


class _Look:
    def __init__(self, tree: ast.Module, file: File, shown: Shown) -> None:
        self._tree, self._file, self._shown = tree, file, shown
        features = {it.name for node in tree.body if isinstance(node, ast.ImportFrom) for it in node.names}
        self._late = "annotations" in features
        """Whether annotations are not evaluated."""

    def found(self) -> Iterator[Violation]:
        yield from self._below(self._tree, Scope(self._tree, None, self._shown.is_module), frozenset())

    def _below(self, node: ast.AST, scope: Scope, asked: frozenset[str]) -> Iterator[Violation]:
        """``asked``: names that the file has asked about before it comes here."""
        for child in self._children(node):
            yield from self._at(child, scope, asked)

    def _at(self, node: ast.AST, scope: Scope, asked: frozenset[str]) -> Iterator[Violation]:
        if isinstance(node, OPENING):
            scope = Scope(node, scope, self._shown.is_module)
        if isinstance(node, (ast.If, ast.IfExp, ast.BoolOp, ast.While, ast.Assert)):
            asked = asked | _asked_about(node)
        if isinstance(node, ast.Try) and any(catches(it, _CAUGHT) for it in node.handlers):
            for it in (*node.handlers, *node.orelse, *node.finalbody):
                yield from self._at(it, scope, asked)
            return
        taken = _taken(node, scope)
        if taken is not None and taken[1] not in asked:
            absent = self._shown.absent(*taken)
            if absent is not None and not absent.is_module:
                yield Violation(self._file.path, node.lineno, "absent-name", absent.why, absent.remedy)  # type: ignore[attr-defined]  # an expression
        yield from self._below(node, scope, asked)

    def _children(self, node: ast.AST) -> list[ast.AST]:
        if isinstance(node, ast.If):
            return [node.test, *branches(node)]
        if isinstance(node, ast.AnnAssign):  # of a variable in a function it is never evaluated
            return [it for it in (node.target, node.value) if it is not None]
        children = list(ast.iter_child_nodes(node))
        if not self._late:
            return children
        unread = (getattr(node, "annotation", None), getattr(node, "returns", None))
        return [it for it in children if it not in unread]


def _taken(node: ast.AST, scope: Scope) -> tuple[str, str] | None:
    """The module and the name that an expression takes from it."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        module = scope.module_of(node.value)
        return (module, node.attr) if module else None
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr" and len(node.args) == 2:
        of, name = node.args
        module = scope.module_of(of) if isinstance(name, ast.Constant) and type(name.value) is str else ""
        return (module, str(getattr(name, "value", ""))) if module else None
    return None


def _asked_about(node: ast.AST) -> frozenset[str]:
    """The names that a condition has ``hasattr`` or ``getattr`` look for, or looks for by ``in``."""
    tests = node.values if isinstance(node, ast.BoolOp) else [getattr(node, "test", node)]
    calls = [it for test in tests for it in ast.walk(test) if isinstance(it, ast.Call)]
    looked = [it.args[1] for it in calls if getattr(it.func, "id", "") in ("hasattr", "getattr") and len(it.args) > 1]
    return frozenset(str(it.value) for it in looked if isinstance(it, ast.Constant))
