"""What names of a file mean where they stand: which are modules, under whatever name they were imported.

A name means a module where all that binds it in its scope is an import of that one module, or an assignment of such a
name; whatever else binds it makes it unknown. Asked by ``attributes.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from vaas.core.restrict.imports import called_import

IsModule = Callable[[str], bool]
OPENING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp,
           ast.GeneratorExp)  # fmt: skip
"""Nodes with a scope of their own."""


class Scope:
    """The names of one function, class, comprehension or file, and the scopes around it."""

    def __init__(self, node: ast.AST, around: Scope | None, is_module: IsModule) -> None:
        self._around, self._is_module = around, is_module
        self._of_class = isinstance(node, ast.ClassDef)
        self._bound: dict[str, list[str | ast.expr | None]] = {}
        inside = list(own_nodes(node))
        alone = {id(it.targets[0]) for it in inside if isinstance(it, ast.Assign) and _is_alone(it)}
        for each in inside:
            if id(each) not in alone:
                self._bind(each)
        for name in _bound_from_elsewhere(node):
            self._bound.setdefault(name, []).append(None)

    def module_of(self, node: ast.expr) -> str:
        """The module that an expression is; empty if it is none, or if that is not known."""
        if isinstance(node, ast.Name):
            return self._look_up(node.id)
        if isinstance(node, ast.Attribute):
            above = self.module_of(node.value)
            full = f"{above}.{node.attr}"
            return full if above and self._is_module(full) else ""
        return called_import(node) if isinstance(node, ast.Call) else ""

    def _look_up(self, name: str, inner: bool = False) -> str:
        """``inner``: asked from a scope within, which sees nothing of a class."""
        if name in self._bound and not (inner and self._of_class):
            values, self._bound[name] = self._bound[name], [None]  # a name that is assigned to itself is not known
            meant = {it if isinstance(it, str) else self.module_of(it) if it is not None else "" for it in values}
            self._bound[name] = values
            return meant.pop() if len(meant) == 1 else ""
        return self._around._look_up(name, inner=True) if self._around is not None else ""

    def _bind(self, node: ast.AST) -> None:
        for name, value in _bindings(node):
            if isinstance(value, str) and isinstance(node, ast.ImportFrom) and not self._is_module(value):
                value = None
            self._bound.setdefault(name, []).append(value)


def _is_alone(node: ast.Assign) -> bool:
    return len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)


def _bound_from_elsewhere(node: ast.AST) -> Iterator[str]:
    """A function's arguments; of a file what its functions declare to be global."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        yield from (it.arg for it in ast.walk(node.args) if isinstance(it, ast.arg))
    elif isinstance(node, ast.Module):
        yield from (name for it in ast.walk(node) if isinstance(it, ast.Global) for name in it.names)


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes below one with a scope that are of that scope; what opens another is given, and not looked into."""
    below = scope.body if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else None
    waiting: list[ast.AST] = list(ast.iter_child_nodes(scope) if below is None else below)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, OPENING):
            waiting += ast.iter_child_nodes(node)


def _bindings(node: ast.AST) -> Iterator[tuple[str, str | ast.expr | None]]:
    """Names that a node binds, each with the module or expression that it is then, or None."""
    if isinstance(node, ast.Import):
        for it in node.names:
            top = it.name.partition(".")[0]
            yield it.asname or top, it.name if it.asname else top
    elif isinstance(node, ast.ImportFrom):
        of = "" if node.level else f"{node.module}."
        yield from ((it.asname or it.name, f"{of}{it.name}" if of else None) for it in node.names)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name, None
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_alone(node):
        yield node.targets[0].id, node.value
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id, None
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        yield node.name, None
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest, None
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        yield from ((name, None) for name in node.names)
