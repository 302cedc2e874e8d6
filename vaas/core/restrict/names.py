"""``globals()`` and ``locals()`` of restricted code: the variables that it may name, and no others.

The real dict of a module holds its built-ins, its loader and what the guards need. Next: ``builtins.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, MutableMapping
from types import FrameType
from typing import Any

from vaas.core.restrict import rules

_OPTIMIZED = 1
"""CO_OPTIMIZED: the code of a function."""


class Names(MutableMapping[str, Any]):
    """The variables of a module of the app, to be read and changed as by name in its source."""

    __slots__ = ("_space",)  # and no __dict__: libraries copy those, private names and all

    def __init__(self, space: dict[str, Any]) -> None:
        self._space = space

    def __getitem__(self, name: str) -> Any:
        if not _may_say(name):
            raise KeyError(name)
        return self._space[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._space[_bindable(name)] = value

    def __delitem__(self, name: str) -> None:
        del self._space[_bindable(name)]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._space if _may_say(name)])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        return repr(dict(self))


def own_globals() -> Names:
    """Raises TypeError if it is not the app's code that calls: a library would give its own away."""
    return Names(_caller().f_globals)


def own_locals() -> MutableMapping[str, Any]:
    """Of a module its variables; of a function a copy of them."""
    frame = _caller()
    if frame.f_locals is frame.f_globals:
        return Names(frame.f_globals)
    if not frame.f_code.co_flags & _OPTIMIZED:
        raise TypeError("locals() is for functions and modules in restricted code")
    return {name: it for name, it in frame.f_locals.items() if _may_say(name)}


def _caller() -> FrameType:
    frame = sys._getframe(2)
    if "_getattr_" not in frame.f_globals.get("__builtins__", ()):
        raise TypeError("globals() and locals() are called by the app's own code")
    return frame


def _may_say(name: Any) -> bool:
    return type(name) is str and rules.may_read(name)


def _bindable(name: Any) -> str:
    if type(name) is not str or not rules.may_bind(name):
        raise TypeError(f"restricted code may not give a variable the name {name!r}")
    return name
