"""What a method reads and writes of ``self`` is proven once a call, not at every access.

``self._x`` needs a guard because ``self`` may be anything: ``Class.method(other)`` is Python too. But where a method
never rebinds its first argument, that stays one object, and the object's class decides. Such a method begins with

    _own1_ = _type_(self) in _known1_ or _prove_(self, _known1_, ("_read",), ("written",))

and reads ``self._read if _own1_ else _getattr_(self, "_read")``: a local variable where there was a call.
``_known1_`` is a variable of the module: the classes that were proven. Where the proof fails, each access meets its
guard as everywhere else. Next: ``prove`` in ``guards.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

_NO_INSTANCE = frozenset(["__new__", "__init_subclass__", "__class_getitem__", "staticmethod", "classmethod"])


class Method:
    """A method that is being transformed, and what it asks of its first argument."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.read: dict[str, None] = {}
        self.written: dict[str, None] = {}

    @property
    def known(self) -> str:
        return f"_known{self.number}_"

    def flag(self, context: ast.expr_context) -> ast.Name:
        return ast.Name(f"_own{self.number}_", context)

    def proof(self, first: str) -> ast.stmt:
        """The statement that the method begins with."""
        is_known = ast.Compare(_call("_type_", _name(first)), [ast.In()], [_name(self.known)])
        asked = [ast.Tuple([ast.Constant(it) for it in names], ast.Load()) for names in (self.read, self.written)]
        prove = _call("_prove_", _name(first), _name(self.known), *asked)
        return ast.Assign([self.flag(ast.Store())], ast.BoolOp(ast.Or(), [is_known, prove]))


class Scopes:
    """Which method's first argument a name means at this place of the file."""

    def __init__(self) -> None:
        self.proven: list[Method] = []
        """The methods that have a proof, for the module's beginning."""
        self._meanings: list[dict[str, Method | None]] = [{}]
        self._number = 0

    def enter(self, node: Any, of_class: bool) -> Method | None:
        """Into a function's body, or a lambda's. What its arguments hide is hidden."""
        hidden: dict[str, Method | None] = dict.fromkeys(_arguments(node.args))
        first = _first_argument(node) if of_class else None
        method = None
        if first is not None and not _rebinds(node.body, first):
            self._number += 1
            method = hidden[first] = Method(self._number)
        self._meanings.append({**self._meanings[-1], **hidden})
        return method

    def leave(self, node: Any, method: Method | None) -> None:
        """Out again: the body gets its proof if it needs one."""
        self._meanings.pop()
        if method is not None and (method.read or method.written):
            self.proven.append(method)
            at = 1 if ast.get_docstring(node, clean=False) is not None else 0
            node.body.insert(at, _at(method.proof(_first_argument(node) or ""), node))

    def method_of(self, value: ast.expr) -> Method | None:
        """The method whose first argument this expression is, if it is one."""
        return self._meanings[-1].get(value.id) if isinstance(value, ast.Name) else None

    def prelude(self, module: ast.Module) -> None:
        """The variables for proven classes, at the beginning of the module."""
        made = [ast.Assign([ast.Name(it.known, ast.Store())], _call("_classes_")) for it in self.proven]
        at = next((n for n, node in enumerate(module.body) if not _stands_first(node)), len(module.body))
        module.body[at:at] = [_at(it, module.body[0]) for it in made]


def _first_argument(node: Any) -> str | None:
    """Its name, if the function is one that is called on instances. ``__x`` is mangled elsewhere."""
    decorators = {it.id for it in node.decorator_list if isinstance(it, ast.Name)}
    positional = [*node.args.posonlyargs, *node.args.args]
    if not positional or positional[0].arg.startswith("__") or _NO_INSTANCE & {node.name, *decorators}:
        return None
    return str(positional[0].arg)


def _arguments(args: ast.arguments) -> Iterable[str]:
    return [it.arg for it in ast.walk(args) if isinstance(it, ast.arg)]


def _rebinds(body: list[ast.stmt], name: str) -> bool:
    """Whether anything within may bind or delete ``name``; arguments of inner functions hide it, and are left out."""
    waiting: list[Any] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.AST) and not isinstance(node, ast.expr_context):
            if _binds(node, name):
                return True
            for field in node._fields:
                value = getattr(node, field, None)
                waiting += value if value.__class__ is list else (value,)
    return False


def _binds(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name and not isinstance(node.ctx, ast.Load)
    if isinstance(node, (ast.Attribute, ast.Constant, ast.keyword, ast.arg)):
        return False
    if isinstance(node, ast.alias):
        return name in (node.asname, node.name.partition(".")[0])
    # Every other node that holds a bare name binds it: definitions, handlers, patterns, global, nonlocal.
    for field in node._fields:
        value = getattr(node, field, None)
        if value == name if value.__class__ is str else value.__class__ is list and name in value:
            return True
    return False


def _stands_first(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _call(guard: str, *args: ast.expr) -> ast.Call:
    return ast.Call(_name(guard), list(args), [])


def _at(node: ast.stmt, place: Any) -> ast.stmt:
    """Gives the new node, and all within, the line of ``place``; faster than ``ast.fix_missing_locations``."""
    waiting: list[Any] = [node]
    while waiting:
        new = waiting.pop()
        if isinstance(new, (ast.expr, ast.stmt)):
            new.lineno = new.end_lineno = place.lineno
            new.col_offset = new.end_col_offset = place.col_offset
            for field in new._fields:
                value = getattr(new, field, None)
                waiting += value if value.__class__ is list else (value,)
    return node
