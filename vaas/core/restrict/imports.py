"""Which of a file's imports count when it is checked: not those that never run, nor those that the app can do without.

Never run: what stands under ``TYPE_CHECKING``, ``__name__ == "__main__"`` or for another Python, and the fallback of an
import that succeeds. Can be done without: what stands in a ``try`` whose ``except`` takes ImportError, or under
``suppress(ImportError)``; at run time a denied import is one. Asked by ``core/virtual/checks``.
"""

from __future__ import annotations

import ast
import operator
import sys
from collections.abc import Callable, Iterable, Iterator

Import = ast.Import | ast.ImportFrom | ast.Call
"""A statement, or a call such as ``importlib.import_module("json")``."""

_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_COMPARED = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}
_CALLED = frozenset({"import_module", "__import__"})


def run_imports(node: ast.AST, is_denied: Callable[[Import], bool]) -> Iterator[Import]:
    """The imports below ``node`` that must succeed. ``is_denied`` says of one whether it would not."""
    if isinstance(node, (ast.Import, ast.ImportFrom)) or (isinstance(node, ast.Call) and called_import(node)):
        yield node
    for child in _that_run(node, is_denied):
        yield from run_imports(child, is_denied)


def called_import(node: ast.Call) -> str:
    """The module that a call imports by a name written out; empty if it is no such call."""
    name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
    first = node.args[0] if node.args else None
    if name in _CALLED and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return ""


def known(test: ast.expr) -> bool | None:
    """What a condition is on this Python, if that can be told from its text."""
    text = ast.unparse(test)
    if text in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__ == '__main__'"):
        return False
    if isinstance(test, ast.Compare) and ast.unparse(test.left) == "sys.version_info" and len(test.ops) == 1:
        compare = _COMPARED.get(type(test.ops[0]))
        try:
            version = ast.literal_eval(test.comparators[0])
            return compare(sys.version_info, version) if compare is not None else None
        except (ValueError, TypeError):
            return None
    return None


def branches(node: ast.If) -> list[ast.stmt]:
    """The statements of an ``if`` that may run."""
    taken = known(node.test)
    return [*(node.body if taken is not False else ()), *(node.orelse if taken is not True else ())]


def catches(handler: ast.ExceptHandler, errors: frozenset[str]) -> bool:
    """Whether it names one of these, or catches all."""
    return handler.type is None or any(isinstance(it, ast.Name) and it.id in errors for it in ast.walk(handler.type))


def _that_run(node: ast.AST, is_denied: Callable[[Import], bool]) -> Iterable[ast.AST]:
    if isinstance(node, ast.If):
        return [node.test, *branches(node)]
    if isinstance(node, (ast.With, ast.AsyncWith)) and any(_suppresses(it.context_expr) for it in node.items):
        return ()
    if isinstance(node, ast.Try) and any(catches(it, _CAUGHT) for it in node.handlers):
        fails = any(is_denied(it) for child in node.body for it in run_imports(child, is_denied))
        handlers = [it for it in node.handlers if fails or not catches(it, _CAUGHT)]
        return [*handlers, *(() if fails else node.orelse), *node.finalbody]
    return ast.iter_child_nodes(node)


def _suppresses(context: ast.expr) -> bool:
    if not isinstance(context, ast.Call) or ast.unparse(context.func) not in ("suppress", "contextlib.suppress"):
        return False
    return any(isinstance(it, ast.Name) and it.id in _CAUGHT for it in context.args)
