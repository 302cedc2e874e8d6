"""Every mutant that a source has. Pure; asked by ``scripts/mutants.py``, which draws from them by ``sample.py``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from scripts.mutation.cosmetic import children, is_cosmetic
from scripts.mutation.mutant import Central, Mutant
from scripts.mutation.operators import OPERATORS, Change

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class _Place:
    in_function: bool = False
    function: str = ""
    statement: int = 1


def candidates(central: Central, source: str) -> list[Mutant]:
    """As they come: some may not compile or be the source again, which ``is_another`` tells of those that are drawn."""
    lines = source.splitlines(keepends=True)
    offsets = [0, *accumulate(len(line.encode()) for line in lines)]
    return [_mutant(central, change, place, lines, offsets) for change, place in _changes(ast.parse(source), _Place())]


def _mutant(central: Central, change: Change, place: _Place, lines: list[str], offsets: list[int]) -> Mutant:
    node = change.node
    assert isinstance(node, ast.expr | ast.stmt)
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return Mutant(
        module=central.name,
        path=central.path,
        line=node.lineno,
        last=node.end_lineno,
        statement=place.statement,
        start=offsets[node.lineno - 1] + node.col_offset,
        end=offsets[node.end_lineno - 1] + node.end_col_offset,
        operator=change.operator,
        before=ast.unparse(node),
        after=change.text,
        code=lines[node.lineno - 1].strip(),
        in_function=place.in_function,
        function=place.function,
    )


def _changes(node: ast.AST, place: _Place) -> Iterator[tuple[Change, _Place]]:
    if is_cosmetic(node):
        return
    if isinstance(node, ast.stmt):
        place = replace(place, statement=node.lineno)
    if place.function != "__init__" or not isinstance(node, ast.Assign | ast.AnnAssign):  # else an AttributeError
        for operator in OPERATORS:
            for change in operator(node):
                yield change, place
    for child in children(node):
        yield from _changes(child, _within(node, child, place))


def _within(node: ast.AST, child: ast.AST, place: _Place) -> _Place:
    if not isinstance(node, _FUNCTIONS) or isinstance(child, ast.arguments):  # defaults: made when it is defined
        return place
    return replace(place, in_function=True, function=getattr(node, "name", place.function))


def is_another(mutant: Mutant, source: str) -> bool:
    """Whether the mutant compiles and is not what it was made from."""
    text = mutant.apply(source)
    try:
        compile(text, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return ast.dump(ast.parse(text)) != ast.dump(ast.parse(source))
