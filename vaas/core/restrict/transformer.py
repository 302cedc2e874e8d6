"""From what an author wrote to what may run: RestrictedPython's transformer, extended to the Python people write today.

It refuses what it does not know, checks every name that something binds, and turns an attribute into a call of a
guard only where the name alone does not make it safe: ``x.name`` stays as it is, ``x._name`` becomes
``_getattr_(x, "_name")``, ``x.name = 1`` becomes ``_write_(x, "name").name = 1``. Reading plainly is sound only with
the facades of ``core/virtual/stdlib/facades``, which show no modules. Items, iteration and calls are no boundary here.
Next: ``patterns.py`` for ``match``, ``annotations.py``; what the guards do is ``guards.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer, copy_locations

from vaas.core.restrict import rules
from vaas.core.restrict.annotations import Annotations
from vaas.core.restrict.patterns import Patterns
from vaas.core.restrict.self_access import Method, Scopes
from vaas.core.restrict.violations import Violation

_LEAVES = (
    ast.Load, ast.Store, ast.Del, ast.And, ast.Or, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.Eq, ast.NotEq,
    ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn, ast.Not, ast.USub,
)  # fmt: skip
"""Nodes without contents that need no look. What is not named here is visited, and refused if it is not known."""
_METACLASSES = ("type", "ABCMeta", "EnumMeta", "EnumType")
NO_METACLASS = (
    "a metaclass of an app's would answer for its classes where guards and libraries ask what they are, whom they "
    "equal and in which order they are searched"
)
TRUSTED = 'or ask for code = "trusted" in vaas.toml'
INSTEAD = f"use __init_subclass__, __set_name__ or a class decorator, {TRUSTED}"


class AppTransformer(Annotations, Patterns, RestrictingNodeTransformer):  # type: ignore[misc]  # untyped base
    """Visit a module once; then ``violations`` is empty or the tree must not run."""

    def __init__(self, file: str, bound: Callable[[], frozenset[str]] = frozenset) -> None:
        super().__init__()
        self.file = file
        self.violations: list[Violation] = []
        self._bound = cache(bound)
        """Names that the file itself gives a meaning to; few files need to be looked through for them."""
        self._visitors: dict[type, Callable[[Any], Any]] = {}
        self._classes: list[str] = []
        """The classes around the node, for the names that Python mangles."""
        self._scopes = Scopes()
        self._in_class = False
        """Whether a function defined here is a method."""

    # --- refusing ---------------------------------------------------------------------------------------------

    def refuse(self, node: ast.AST, rule: str, why: str, remedy: str) -> None:
        self.violations.append(Violation(self.file, getattr(node, "lineno", 1), rule, why, remedy))

    def error(self, node: ast.AST, info: str) -> None:
        """What the base class has to say."""
        self.refuse(node, "unknown-syntax", info, f"write it another way, {TRUSTED}")

    def check_name(self, node: ast.AST, name: str | None, allow_magic_methods: bool = False) -> None:
        if name is None or (self._in_class and name in rules.BINDABLE_IN_CLASSES):
            return
        if not rules.may_bind(name):
            self.refuse(node, "reserved-name", f"the name {name!r} is the machine's own", "choose another name")

    # --- visiting: as the base class does, but fast, for an app's code is compiled when it is deployed ------------

    def visit(self, node: ast.AST) -> Any:
        kind = node.__class__
        if kind not in self._visitors:
            self._visitors[kind] = getattr(self, f"visit_{kind.__name__}", self.generic_visit)
        return self._visitors[kind](node)

    def node_contents_visit(self, node: Any) -> Any:
        for field in node._fields:
            value = getattr(node, field, None)
            if value.__class__ is list:
                value[:] = [self.visit(it) if isinstance(it, ast.AST) else it for it in value]
            elif isinstance(value, ast.AST) and value.__class__ not in _LEAVES:
                setattr(node, field, self.visit(value))
        return node

    # --- names and attributes ---------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            self.check_name(node, node.id)
        elif node.id in rules.ABSENT and not node.id.startswith("_"):
            if node.id not in self._bound():
                self.refuse(node, "absent-builtin", f"restricted code has no {node.id}()", f"do without it, {TRUSTED}")
        elif not rules.may_read(node.id):
            self.refuse(node, "reserved-name", f"the name {node.id!r} is the machine's own", "choose another name")
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        name = self._mangled(node.attr)
        self._check_attribute(node, name, isinstance(node.ctx, ast.Load))
        method = self._scopes.method_of(node.value)
        node = self.node_contents_visit(node)
        if isinstance(node.ctx, ast.Load):
            return node if rules.is_native(name) else self._read(node, name, method)
        node.value = self._write(node.value, name, method)
        return node

    def _read(self, node: ast.Attribute, name: str, method: Method | None) -> ast.expr:
        guarded = self._guard("_getattr_", node, node.value, name)
        if method is None or not rules.is_private(name):
            return guarded
        method.read[name] = None
        node.attr = name
        return _if(method, node, guarded)

    def _write(self, value: ast.expr, name: str, method: Method | None) -> ast.expr:
        guarded = self._guard("_write_", value, value, name)
        if method is None or rules.is_dunder(name):
            return guarded
        method.written[name] = None
        return _if(method, value, guarded)

    def _check_attribute(self, node: ast.AST, name: str, read: bool) -> None:
        if name in rules.FRAMES:
            self.refuse(
                node, "frame-attribute", f"{name!r} leads to frames and other people's variables", "do without it"
            )
        elif rules.is_dunder(name) and name not in (rules.READABLE_DUNDERS if read else rules.SETTABLE_DUNDERS):
            self.refuse(node, "special-attribute", f"{name!r} reaches under the language", f"do without it, {TRUSTED}")

    def _guard(self, guard: str, at: ast.expr, value: ast.expr, name: str) -> ast.Call:
        function, constant = ast.Name(guard, ast.Load()), ast.Constant(name)
        call = ast.Call(function, [value, constant], [])
        for each in (call, function, constant):
            each.lineno, each.col_offset = at.lineno, at.col_offset
            each.end_lineno, each.end_col_offset = at.end_lineno, at.end_col_offset
        return call

    def _mangled(self, name: str) -> str:
        """``__x`` in a class is ``_Class__x``, as the compiler makes it."""
        top = self._classes[-1].lstrip("_") if self._classes else ""
        return f"_{top}{name}" if top and name.startswith("__") and not name.endswith("__") else name

    def visit_Global(self, node: ast.Global) -> ast.AST:
        for name in node.names:
            self.check_name(node, name)
        return node

    visit_Nonlocal = visit_Global  # type: ignore[assignment]  # both have names

    # --- what needs no guard here -----------------------------------------------------------------------------

    def _plain(self, node: ast.AST) -> ast.AST:
        return self.node_contents_visit(node)  # type: ignore[no-any-return]  # the node

    visit_Subscript = visit_Assign = visit_Call = visit_For = visit_comprehension = visit_With = _plain
    visit_AsyncFor = visit_AsyncWith = visit_Await = visit_ListComp = visit_SetComp = visit_DictComp = _plain
    visit_GeneratorExp = visit_type_ignore = _plain

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Python reads the attribute itself here, once the guard for writing gave the object back."""
        target = node.target
        if not isinstance(target, ast.Attribute) or target.attr not in rules.GUARDED:
            return self._plain(node)
        target.value = self._guard("_augmented_", target, self.visit(target.value), target.attr)
        node.value = self.visit(node.value)
        return node

    def visit_Module(self, node: ast.Module) -> ast.AST:
        self._plain(node)
        self._scopes.prelude(node)
        return node

    # --- imports ----------------------------------------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> ast.AST:
        for alias in node.names:
            self.check_name(node, alias.asname or alias.name.partition(".")[0])
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        for alias in node.names:
            self.check_name(node, alias.name)  # read from a module by Python itself, so no guard sees it
            self.check_name(node, alias.asname)
        return node

    # --- functions and classes --------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: Any) -> ast.AST:
        self.check_name(node, node.name)
        self.check_function_argument_names(node)
        returns, node.returns = node.returns, None
        body, node.body = node.body, []
        self._plain(node)  # decorators and defaults belong to the scope around
        node.returns, node.body = self.annotation(returns), body
        self._body(node)
        return node  # type: ignore[no-any-return]

    visit_AsyncFunctionDef = visit_FunctionDef

    def _body(self, node: Any) -> None:
        method = self._scopes.enter(node, self._in_class)
        around, self._in_class = self._in_class, False
        node.body = [self.visit(it) for it in node.body]
        self._in_class = around
        self._scopes.leave(node, method)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.check_function_argument_names(node)
        node.args = self.visit(node.args)
        self._scopes.enter(node, of_class=False)
        node.body = self.visit(node.body)
        self._scopes.leave(node, None)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.check_name(node, node.name)
        for keyword in node.keywords:
            if keyword.arg == "metaclass" and not _names(keyword.value, "ABCMeta"):
                self.refuse(node, "metaclass", f"it is no ABCMeta, and {NO_METACLASS}", INSTEAD)
        if any(_names(base, *_METACLASSES) for base in node.bases):
            self.refuse(node, "metaclass", f"it derives from a metaclass, and {NO_METACLASS}", INSTEAD)
        body, node.body = node.body, []
        self._plain(node)
        self._classes.append(node.name)
        around, self._in_class = self._in_class, True
        node.body = [self.visit(it) for it in body]
        self._in_class = around
        self._classes.pop()
        return node

    # --- exceptions -------------------------------------------------------------------------------------------

    def visit_Try(self, node: ast.Try) -> ast.AST:
        """The platform's own interruption passes every handler of the app."""
        self._plain(node)
        if node.handlers:
            interrupted = ast.ExceptHandler(ast.Name("_Interrupted_", ast.Load()), None, [ast.Raise(None, None)])
            copy_locations(interrupted, node.handlers[0])
            node.handlers.insert(0, interrupted)
        return node

    def visit_TryStar(self, node: Any) -> ast.AST:
        """The interpreter believes what a group's ``split`` returns (CVE-2025-22153): it gets a group of its own."""
        self._plain(node)
        regroup = ast.Raise(ast.Call(ast.Name("_regrouped_", ast.Load()), [], []), None)
        handler = ast.ExceptHandler(ast.Name("_Groups_", ast.Load()), None, [regroup])
        node.body = [ast.Try(node.body, [handler], [], [])]
        copy_locations(node.body[0], node.handlers[0])
        for handler in node.handlers:
            pass_on = ast.Expr(ast.Call(ast.Name("_pass_on_", ast.Load()), [], []))
            copy_locations(pass_on, handler)
            handler.body.insert(0, pass_on)
        return node  # type: ignore[no-any-return]

    # --- type parameters (3.12) -------------------------------------------------------------------------------

    def visit_TypeVar(self, node: Any) -> ast.AST:
        self.check_name(node, node.name)
        return self._plain(node)

    visit_ParamSpec = visit_TypeVarTuple = visit_TypeVar

    def visit_TypeAlias(self, node: Any) -> ast.AST:
        node.name = self.visit(node.name)
        node.type_params = [self.visit(it) for it in node.type_params]
        node.value = self.annotation(node.value)
        return node  # type: ignore[no-any-return]


def _if(method: Method, value: ast.expr, otherwise: ast.expr) -> ast.IfExp:
    """``value`` where the method has proven its first argument, which ``otherwise`` asks about."""
    flag = ast.copy_location(method.flag(ast.Load()), value)
    return ast.copy_location(ast.IfExp(flag, value, otherwise), value)


def _names(node: ast.expr, *names: str) -> bool:
    return (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")) in names
