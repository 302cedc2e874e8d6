"""``match`` in restricted code. A pattern reads attributes and binds names without saying so anywhere else.

Each capture is a name like any other. A class pattern's keywords, and the path of a value, are attributes that Python
reads by itself: only those that need no guard. Positional sub-patterns read ``__match_args__``, which is plain data
that an app can choose, so they are for the built-in types alone, under names that the app cannot rebind.
"""

from __future__ import annotations

import ast

from vaas.core.restrict import rules


class Patterns:
    """Mixed into the transformer."""

    def visit_Match(self, node: ast.Match) -> ast.AST:
        return self.node_contents_visit(node)  # type: ignore[no-any-return, attr-defined]  # the base class's

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        return self.node_contents_visit(node)  # type: ignore[no-any-return, attr-defined]

    visit_MatchSingleton = visit_MatchSequence = visit_MatchOr = visit_match_case

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        self._check_path(node.value)
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.AST:
        for key in node.keys:
            self._check_path(key)
        self.check_name(node, node.rest)  # type: ignore[attr-defined]
        node.patterns = [self.visit(it) for it in node.patterns]  # type: ignore[attr-defined]
        return node

    def visit_MatchStar(self, node: ast.MatchStar) -> ast.AST:
        self.check_name(node, node.name)  # type: ignore[attr-defined]
        return node

    def visit_MatchAs(self, node: ast.MatchAs) -> ast.AST:
        self.check_name(node, node.name)  # type: ignore[attr-defined]
        return self.node_contents_visit(node)  # type: ignore[no-any-return, attr-defined]

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:
        self._check_path(node.cls)
        for name in node.kwd_attrs:
            self._check_native(node, name)
        if node.patterns:
            self._check_positional(node)
        for patterns in (node.patterns, node.kwd_patterns):
            patterns[:] = [self.visit(it) for it in patterns]  # type: ignore[attr-defined]
        return node

    def _check_positional(self, node: ast.MatchClass) -> None:
        if isinstance(node.cls, ast.Name) and node.cls.id in rules.MATCH_SELF:
            node.cls.id = f"_match_{node.cls.id}_"  # a guard's name, so that no app can make it another class
        else:
            name = ast.unparse(node.cls)
            self.refuse(  # type: ignore[attr-defined]
                node, "positional-pattern", f"{name}(…) would read attributes by position", f"name them: {name}(x=…)"
            )

    def _check_path(self, node: ast.expr) -> None:
        """A dotted name, or a constant: Python evaluates it as it stands."""
        if isinstance(node, ast.Attribute):
            self._check_native(node, node.attr)
            self._check_path(node.value)
        elif isinstance(node, ast.Name):
            self.visit(node)  # type: ignore[attr-defined]

    def _check_native(self, node: ast.AST, name: str) -> None:
        if not rules.is_native(name):
            self.refuse(node, "pattern-attribute", f"a pattern may not read {name!r}", "read it in an if")  # type: ignore[attr-defined]
