"""Annotations in restricted code. They are evaluated twice: here when the definition runs, and later by frameworks.

Later means outside the transformer: ``typing.get_type_hints`` evaluates a string as plain Python. So an annotation,
a string one too, is made of names, plain attributes and subscripts. Strings built at run time are met by
``hints.py``.
"""

from __future__ import annotations

import ast
from typing import Any

from vaas.core.restrict import rules

_PLAIN = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.BinOp, ast.BitOr,
    ast.Load, ast.Starred, ast.Call, ast.keyword, ast.UnaryOp, ast.USub, ast.Slice,
)  # fmt: skip


class Annotations:
    """Mixed into the transformer."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.target = self.visit(node.target)  # type: ignore[attr-defined]
        node.annotation = self.annotation(node.annotation)
        if node.value is not None:
            node.value = self.visit(node.value)  # type: ignore[attr-defined]
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = self.annotation(node.annotation)
        return node

    def annotation(self, node: Any) -> Any:
        """The annotation, checked; strings within are parsed and checked too."""
        if node is None:
            return None
        self._check_plain(node, node)
        return self.visit(node)  # type: ignore[attr-defined]

    def _check_plain(self, node: ast.AST, at: ast.AST) -> None:
        if isinstance(node, ast.Attribute) and not rules.is_native(node.attr):
            self._refuse(at, f"an annotation may not read {node.attr!r}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._check_text(node.value, at)
        elif isinstance(node, ast.Subscript) and _called(node.value) == "Literal":
            return
        elif (
            isinstance(node, ast.Subscript) and _called(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple)
        ):
            self._check_plain(node.slice.elts[0], at)
            return
        for child in ast.iter_child_nodes(node):
            self._check_plain(child, at)

    def _check_text(self, text: str, at: ast.AST) -> None:
        for why in text_problems(text):
            self._refuse(at, why)

    def _refuse(self, at: ast.AST, why: str) -> None:
        self.refuse(at, "annotation", why, "write a plain type")  # type: ignore[attr-defined]


def text_problems(text: str) -> list[str]:
    """Why this string may not be evaluated as an annotation; empty if it may, or if it cannot be evaluated at all."""
    try:
        tree = _parsed(text)
    except (SyntaxError, ValueError):
        return []
    except (RecursionError, MemoryError):
        return ["an annotation is too deep to be checked"]
    problems = []
    for node in ast.walk(tree):
        if not isinstance(node, _PLAIN):
            problems.append(f"the annotation {text!r} is more than a type")
        elif isinstance(node, ast.Attribute) and not rules.is_native(node.attr):
            problems.append(f"the annotation {text!r} may not read {node.attr!r}")
        elif isinstance(node, ast.Name) and not rules.may_read(node.id):
            problems.append(f"the annotation {text!r} may not read {node.id!r}")
    return problems


def _parsed(text: str) -> ast.AST:
    """As ``ForwardRef`` reads it: ``*Ts`` is an expression there."""
    try:
        return ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return ast.parse(f"({text.strip()},)[0]", mode="eval")


def _called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
