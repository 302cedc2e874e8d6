"""Methods that were routes in a base class and are none in a subclass, because the override has no decorator.

Said twice: by ``vaas check`` of the source (``lost_in``), and in the app's log when it opens (``lost_by``). ``name =
None`` in the subclass says that it is meant so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import NamedTuple

from vaas.framework.authoring.decorators import marks_of

DECORATORS = frozenset(
    ["get", "post", "put", "patch", "delete", "options", "head", "http", "websocket", "rpc", "on_start", "on_stop"]
)
REMEDY = "decorate it again, or write `{name} = None` to be rid of it"


class Lost(NamedTuple):
    file: str
    line: int
    method: str
    """With its class."""
    base: str
    """The method that it overrides, which has the decorator, with its class."""

    @property
    def why(self) -> str:
        return f"{self.method} overrides {self.base} and has no decorator, so that nothing calls it"

    @property
    def remedy(self) -> str:
        return REMEDY.format(name=self.method.rpartition(".")[2])


class Class(NamedTuple):
    """One class of the source."""

    file: str
    node: ast.ClassDef
    bases: tuple[str, ...]
    """By the names that they are known by: their own, whatever module they are imported from."""

    def methods(self) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
        return {it.name: it for it in self.node.body if isinstance(it, (ast.FunctionDef, ast.AsyncFunctionDef))}


def lost_by(cls: type) -> Iterator[str]:
    """Of a class that has been made: a sentence for each."""
    for name in dict.fromkeys(name for it in cls.__mro__ for name in vars(it)):
        owner, *bases = [it for it in cls.__mro__ if name in vars(it)]
        override = vars(owner)[name]
        base = next((it for it in bases if marks_of(vars(it)[name])), None)
        if base is not None and isinstance(override, FunctionType) and not marks_of(override):
            code = override.__code__
            lost = Lost(code.co_filename, code.co_firstlineno, f"{owner.__name__}.{name}", f"{base.__name__}.{name}")
            yield f"{lost.file.removeprefix('/app/')}:{lost.line}: {lost.why}: {lost.remedy}"


def lost_in(trees: Mapping[str, ast.Module]) -> list[Lost]:
    """Of the source of an app, by file. A class whose name is not unique in it is not looked at as a base."""
    classes = [it for file, tree in trees.items() for it in _classes(file, tree)]
    names = [it.node.name for it in classes]
    known = {it.node.name: it for it in classes if names.count(it.node.name) == 1}
    return [it for cls in classes for it in _lost_of(cls, known)]


def _lost_of(cls: Class, known: Mapping[str, Class]) -> Iterator[Lost]:
    for name, method in cls.methods().items():
        if method.decorator_list:
            continue
        for base in _above(cls, known):
            inherited = base.methods().get(name)
            if inherited is not None and any(map(_is_a_route, inherited.decorator_list)):
                yield Lost(cls.file, method.lineno, f"{cls.node.name}.{name}", f"{base.node.name}.{name}")
                break


def _above(cls: Class, known: Mapping[str, Class]) -> Iterator[Class]:
    waiting, seen = list(cls.bases), {cls.node.name}
    while waiting:
        name = waiting.pop(0)
        if name in known and name not in seen:
            seen.add(name)
            yield known[name]
            waiting += known[name].bases


def _classes(file: str, tree: ast.Module) -> Iterator[Class]:
    renamed = {
        it.asname: it.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for it in node.names
        if it.asname
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            names = [getattr(it, "id", "") or getattr(it, "attr", "") for it in node.bases]
            yield Class(file, node, tuple(renamed.get(it, it) for it in names))


def _is_a_route(decorator: ast.expr) -> bool:
    """``@vaas.get``, ``@vaas.get("/x")``, ``@get``."""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(function, ast.Attribute):
        return function.attr in DECORATORS and isinstance(function.value, ast.Name) and function.value.id == "vaas"
    return isinstance(function, ast.Name) and function.id in DECORATORS
