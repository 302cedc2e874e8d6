"""Source in, restricted code out, or every reason why not. Used by ``code_cache.py`` and ``core/virtual/checks``."""

from __future__ import annotations

import ast
from types import CodeType

from vaas.core.restrict.transformer import AppTransformer
from vaas.core.restrict.violations import RestrictedSyntax, Violation


def compile_restricted(text: bytes, file: str) -> CodeType:
    """Raises SyntaxError as Python does, or RestrictedSyntax with all violations."""
    tree = ast.parse(text, file)
    violations = transform(tree, file.removeprefix("/app/"))
    if violations:
        raise RestrictedSyntax(violations)
    return compile(tree, file, "exec", dont_inherit=True)


def transform(tree: ast.Module, file: str) -> list[Violation]:
    """Makes the tree the one that may run; what it finds wrong is in order of line."""
    transformer = AppTransformer(file, lambda: bound_names(tree))
    transformer.visit(tree)
    return sorted(set(transformer.violations), key=lambda it: (it.line, it.rule, it.why))


def bound_names(tree: ast.AST) -> frozenset[str]:
    """Names that this file gives a meaning to itself: its own ``compile`` is not the built-in one."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
    return frozenset(names)
