"""How one node may be changed: each operator takes a node and yields what it would be instead.

Pure; ``candidates.py`` asks all of them about every node that is not cosmetic.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

Node = TypeVar("Node", bound=ast.AST)


class Change(NamedTuple):
    operator: str
    node: ast.AST
    """What is replaced: the node that was asked about, or its condition."""
    text: str


_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""A shift of the boundary, and the opposite."""
_CLOCKS = {"time", "monotonic", "perf_counter"}
"""What is read from one is never just the boundary: to shift that changes nothing."""
_FINAL = {"FunctionType", "BuiltinFunctionType", "MethodType", "bool"}
"""Types that no class derives from."""
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
SMALL = 16
"""Whole numbers up to here count something and are changed by one; larger ones, and all floats, measure something."""


def compare(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Compare):
        return
    for index, op in enumerate(node.ops):
        for other in _COMPARISONS[type(op)][_reads_clock(node) :]:
            changed = copy.deepcopy(node)
            changed.ops[index] = other()
            yield Change(f"{type(op).__name__} to {other.__name__}", node, _expression(changed))


def _reads_clock(node: ast.Compare) -> bool:
    ordered = all(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops)
    called = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return ordered and any(isinstance(function, ast.Attribute) and function.attr in _CLOCKS for function in called)


def exact_type(node: ast.AST) -> Iterator[Change]:
    """``type(x) is T`` becomes ``isinstance(x, T)``: then what derives from T passes too, if anything may."""
    match node:
        case ast.Compare(comparators=[ast.Name(id=name)]) if name in _FINAL:
            return
        case ast.Compare(ops=[ast.Is() | ast.IsNot() as op], left=ast.Call(func=ast.Name(id="type"), args=[asked])):
            negated = "not " if isinstance(op, ast.IsNot) else ""
            text = f"({negated}isinstance({ast.unparse(asked)}, {ast.unparse(node.comparators[0])}))"
            yield Change("exact type to instance", node, text)


def boolean(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        other: ast.boolop = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        name = f"{type(node.op).__name__} to {type(other).__name__}"
        yield Change(name, node, _expression(ast.BoolOp(other, node.values)))


def negation(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Change("not removed", node, _expression(node.operand))


def arithmetic(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC and not _joins_text(node):
        changed = copy.deepcopy(node)
        changed.op = _ARITHMETIC[type(node.op)]()
        text = _expression(changed) if isinstance(changed, ast.expr) else ast.unparse(changed)
        yield Change(f"{type(node.op).__name__} to {type(changed.op).__name__}", node, text)


def _joins_text(node: ast.BinOp | ast.AugAssign) -> bool:
    parts = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    return any(
        isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Constant) and isinstance(part.value, str | bytes))
        for part in parts
    )


def constant(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield Change(f"{value} to {not value}", node, str(not value))
    elif isinstance(value, int) and value <= SMALL:
        yield Change("constant + 1", node, f"({value + 1})")
        yield Change("constant - 1", node, f"({value - 1})")
    elif isinstance(value, int | float) and value:
        yield Change("constant doubled", node, repr(value * 2))
        yield Change("constant halved", node, repr(value / 2 if isinstance(value, float) else value // 2))


def condition(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Constant):
        yield Change("condition to False", node.test, "False")
        if not isinstance(node, ast.While):  # which would only run for ever
            yield Change("condition to True", node.test, "True")


def returned(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Return) and node.value is not None and not _is_plain(node.value):
        yield Change("return value dropped", node, "return None")


def _is_plain(value: ast.expr) -> bool:
    """None, True or False: to change these is done elsewhere or changes nothing."""
    return isinstance(value, ast.Constant) and (value.value is None or isinstance(value.value, bool))


def statement(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Expr(value=ast.Call()) | ast.Expr(value=ast.Await(value=ast.Call())):
            yield Change("call removed", node, "pass")
        case ast.Assign(targets=targets) if any(isinstance(each, ast.Attribute | ast.Subscript) for each in targets):
            yield Change("assignment removed", node, "pass")
        case ast.AnnAssign(target=ast.Attribute(), value=ast.expr()):
            yield Change("assignment removed", node, "pass")
        case ast.AugAssign() | ast.Delete():
            yield Change("statement removed", node, "pass")
        case ast.Raise():
            yield Change("raise removed", node, "pass")
        case ast.Break():
            yield Change("break to continue", node, "continue")
        case ast.Continue():
            yield Change("continue to break", node, "break")


def argument(node: ast.AST) -> Iterator[Change]:
    """Leaves out what has a name: it mostly has a default. To leave out a position would only be a TypeError."""
    if not isinstance(node, ast.Call):
        return
    for index, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            changed = copy.deepcopy(node)
            del changed.keywords[index]
            yield Change(f"argument {keyword.arg} dropped", node, _expression(changed))


OPERATORS: tuple[Callable[[ast.AST], Iterator[Change]], ...] = (
    compare,
    exact_type,
    boolean,
    negation,
    arithmetic,
    constant,
    condition,
    returned,
    statement,
    argument,
)


def _expression(node: ast.AST) -> str:
    """In parentheses: what was there may have had some that are no part of its node."""
    text = ast.unparse(node)
    return text if isinstance(node, ast.Name | ast.Call | ast.Attribute) else f"({text})"
