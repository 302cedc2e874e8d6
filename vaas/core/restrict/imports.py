"""Which of a file's imports count when it is checked: not those that never run, nor those that the app can do without.

Never run: what stands under ``TYPE_CHECKING`` or for another Python, and the fallback of an import that succeeds.
Can be done without: what stands in a ``try`` whose ``except`` takes ImportError, or under ``suppress(ImportError)``; at
run time a denied import is one. Asked by ``core/virtual/check.py``.
"""

from __future__ import annotations

import ast
import operator
import sys
from collections.abc import Callable, Iterable, Iterator

Import = ast.Import | ast.ImportFrom

_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_COMPARED = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}


def run_imports(node: ast.AST, is_denied: Callable[[Import], bool]) -> Iterator[Import]:
    """The imports below ``node`` that must succeed. ``is_denied`` says of one whether it would not."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield node
    for child in _that_run(node, is_denied):
        yield from run_imports(child, is_denied)


def _that_run(node: ast.AST, is_denied: Callable[[Import], bool]) -> Iterable[ast.AST]:
    if isinstance(node, ast.If):
        taken = _known(node.test)
        return [*(node.body if taken is not False else ()), *(node.orelse if taken is not True else ())]
    if isinstance(node, (ast.With, ast.AsyncWith)) and any(_suppresses(it.context_expr) for it in node.items):
        return ()
    if isinstance(node, ast.Try) and any(map(_catches_import_error, node.handlers)):
        fails = any(is_denied(it) for child in node.body for it in run_imports(child, is_denied))
        handlers = [it for it in node.handlers if fails or not _catches_import_error(it)]
        return [*handlers, *(() if fails else node.orelse), *node.finalbody]
    return ast.iter_child_nodes(node)


def _known(test: ast.expr) -> bool | None:
    """What a condition is on this Python, if that can be told from its text."""
    text = ast.unparse(test)
    if text in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
        return False
    if isinstance(test, ast.Compare) and ast.unparse(test.left) == "sys.version_info" and len(test.ops) == 1:
        compare = _COMPARED.get(type(test.ops[0]))
        try:
            version = ast.literal_eval(test.comparators[0])
            return compare(sys.version_info, version) if compare is not None else None
        except (ValueError, TypeError):
            return None
    return None


def _suppresses(context: ast.expr) -> bool:
    if not isinstance(context, ast.Call) or ast.unparse(context.func) not in ("suppress", "contextlib.suppress"):
        return False
    return any(isinstance(it, ast.Name) and it.id in _CAUGHT for it in context.args)


def _catches_import_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(it, ast.Name) and it.id in _CAUGHT for it in ast.walk(handler.type))
