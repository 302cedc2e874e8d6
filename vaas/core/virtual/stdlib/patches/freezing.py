"""What hangs on a library's classes and instances is made unchangeable, for the whole process.

A facade can show a copy of a table that stands in a module. A table in a class, or in an instance that the library
hands out (``EmailMessage().policy.header_factory.registry``), is reached past it: so the table itself becomes a view
that can only be read. Asked by ``harden.py``, once for each module that is shown.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

_DEPTH = 4
"""Instances within instances that are looked into."""
_done: set[str] = set()


class Table(Mapping[Any, Any]):
    """A dict that cannot be changed. A ``mappingproxy`` would hand its dict to whatever it is compared with."""

    __slots__ = ("_table",)

    def __init__(self, table: dict[Any, Any]) -> None:
        self._table = dict(table)

    def __getitem__(self, key: Any) -> Any:
        return self._table[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __repr__(self) -> str:
        return repr(self._table)

    def __deepcopy__(self, memo: Any) -> dict[Any, Any]:
        """A copy is its owner's, and so is what it was before: a dict."""
        return dict(self._table)


def freeze(name: str, shown: Iterable[Any]) -> None:
    """Freezes the tables in the public attributes of the classes and instances shown of a module. Safe to repeat."""
    if name not in _done:
        _done.add(name)
        for value in shown:
            _freeze(value, 0)


def freeze_module(name: str) -> None:
    """The same for all that stands in a module."""
    freeze(name, list(vars(importlib.import_module(name)).values()))


def _freeze(value: Any, depth: int) -> None:
    kind = value if isinstance(value, type) else type(value)
    if depth > _DEPTH or isinstance(value, (ModuleType, FunctionType)) or not _is_of_library(kind):
        return
    for name, each in _attributes(value):
        if type(each) in _FROZEN:
            _put(value, name, _FROZEN[type(each)](each))
        elif not isinstance(each, type):
            _freeze(each, depth + 1)
    if not isinstance(value, type):
        _freeze(kind, depth + 1)


def _attributes(value: Any) -> list[tuple[str, Any]]:
    found = type.__getattribute__(value, "__dict__") if isinstance(value, type) else getattr(value, "__dict__", {})
    return [(name, each) for name, each in found.items() if not name.startswith("_")]


def _put(value: Any, name: str, frozen: Any) -> None:
    if isinstance(value, type):
        type.__setattr__(value, name, frozen)
    else:
        vars(value)[name] = frozen


def _is_of_library(kind: type) -> bool:
    """A class in Python's own library, written in Python: others keep nothing in a ``__dict__`` that can be put."""
    is_heap = bool(type.__getattribute__(kind, "__flags__") & (1 << 9))
    return is_heap and str(kind.__module__).partition(".")[0] in sys.stdlib_module_names


_FROZEN: dict[type, Any] = {dict: Table, list: tuple, set: frozenset}
