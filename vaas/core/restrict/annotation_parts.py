"""What an annotation is made of, looked at as libraries do that evaluate the strings in it, and as none can be lied to.

An app's own object may answer ``__origin__`` or ``__forward_arg__`` as it likes, another time differently; so only what
Python itself makes is looked into, and everything else is reported. Next: ``hints.py``, which judges what is found.
"""

from __future__ import annotations

import sys
import typing
from types import EllipsisType, GenericAlias, NoneType, UnionType
from typing import Any, ForwardRef

from vaas.core.restrict.guards import is_app_module

MOST = 1000
"""Parts of one annotation at most: one that makes itself anew would have no end."""

_PLAIN = (NoneType, EllipsisType, GenericAlias, UnionType)
_WITHIN = ("__supertype__", "__bound__", "__value__", "__default__")
"""Of new types, type variables and type statements: what stands for them."""


class AnnotationParts:
    """Every part of an annotation, by kind."""

    def __init__(self, annotation: Any) -> None:
        """Raises TypeError for one with too many parts."""
        self.texts: list[str] = []
        self.classes: list[type] = []
        self.strangers: list[Any] = []
        """What is neither text nor a type of Python's making."""
        self._seen: dict[int, Any] = {}
        waiting = [annotation]
        while waiting:
            part = waiting.pop()
            if id(part) not in self._seen:
                self._seen[id(part)] = part  # kept: an id must not be used again
                waiting += self._look(part)
            if len(self._seen) > MOST:
                raise TypeError(f"an annotation has at most {MOST} parts")

    def _look(self, part: Any) -> list[Any]:
        kind = type(part)
        if issubclass(kind, str) or kind is ForwardRef:
            self.texts.append(part if issubclass(kind, str) else part.__forward_arg__)
            if kind is ForwardRef and not _is_of_app(part.__forward_module__):
                self.strangers.append(part)  # it would be evaluated where that says
        elif issubclass(kind, type):
            self.classes.append(part)
        elif kind in _PLAIN or (kind.__module__ in ("typing", "collections.abc") and is_where_it_says(kind)):
            return _parts(part)
        else:
            self.strangers.append(part)
        return []


def is_where_it_says(cls: type) -> bool:
    """Whether a library made this class: its module has it under its name."""
    found: Any = sys.modules.get(cls.__module__)
    for name in cls.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is cls


def _is_of_app(module: Any) -> bool:
    """Whether a reference's module is its app's, or it names none."""
    found = sys.modules.get(module) if type(module) is str else module
    return module is None or is_app_module(found)


def _parts(part: Any) -> list[Any]:
    origin, args = typing.get_origin(part), typing.get_args(part)
    if origin is typing.Literal:
        return [it for it in args if type(it) is ForwardRef]
    if origin is typing.Annotated:
        args = args[:1]
    inner = [each for arg in args for each in (arg if isinstance(arg, list) else [arg])]
    behind = [getattr(part, name, None) for name in _WITHIN] if origin is None else [origin]
    return [it for it in (*inner, *behind, *getattr(part, "__constraints__", ())) if not _is_nothing(it)]


def _is_nothing(it: Any) -> bool:
    return it is None or it is getattr(typing, "NoDefault", None)
