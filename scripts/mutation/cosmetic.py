"""What is not mutated: types, texts of errors and logs, and how an object shows itself. Used by ``candidates.py``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_SHOWING = {"__repr__", "__str__", "__rich__"}
_LOGGERS = {"log", "logger", "logging", "warnings"}
_CALLS = {"print", "cast", "TypeVar", "NewType", "ParamSpec", "reveal_type"}
_NAMES = {"__all__", "__slots__", "__match_args__"}
_UNREAD = {"annotation", "returns", "decorator_list", "bases", "keywords", "type_params", "type_comment"}
"""Fields that hold types, decorators, or the options of a class."""


def is_cosmetic(node: ast.AST) -> bool:
    """Whether nothing in this node may be mutated, nor the node itself."""
    match node:
        case ast.JoinedStr() | ast.Assert() | ast.Import() | ast.ImportFrom() | ast.pattern():
            return True
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name in _SHOWING
        case ast.Raise(exc=ast.Name(id="NotImplementedError")):
            return True  # what a class that derives has to have
        case ast.Expr(value=ast.Constant()):
            return True  # a docstring
        case ast.Expr(value=ast.Call() as call):
            return _is_telling(call)
        case ast.Call():
            return _is_telling(node)
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name in _NAMES
        case ast.If(test=test):
            return "TYPE_CHECKING" in (text := ast.unparse(test)) or text.startswith("__name__ ==")
    return type(node).__name__ == "TypeAlias"  # 3.12


def _is_telling(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id=name)):
            return name in _LOGGERS
        case ast.Name(id=name):
            return name in _CALLS
    return False


def children(node: ast.AST) -> Iterator[ast.AST]:
    """The children of a node that may hold something to mutate."""
    if isinstance(node, ast.Raise):
        return  # what an error says; that it is raised is this node's own affair
    for name, value in ast.iter_fields(node):
        if name in _UNREAD and not (name == "keywords" and isinstance(node, ast.Call)):
            continue
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, ast.AST):
                yield child
