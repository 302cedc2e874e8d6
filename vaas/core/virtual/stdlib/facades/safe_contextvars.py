"""``contextvars`` for restricted code: a copy of the context to run functions in.

The real one lists the variables of the whole process, the machine's too; a fresh one would lose whose request it is.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any


class Context:
    """What ``copy_context()`` gives an app: it runs functions, and tells a variable's value."""

    __slots__ = ("__weakref__", "_real")

    def __init__(self) -> None:
        raise TypeError("a fresh Context would lose whose request it is: restricted code takes copy_context()")

    def __init_subclass__(cls) -> None:
        raise TypeError("restricted code derives no class from Context")

    def run(self, function: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        return _of(self).run(function, *args, **named)

    def copy(self) -> Context:
        return _shown(_of(self).copy())

    def __getitem__(self, variable: Any) -> Any:
        return _of(self)[_exact(variable)]

    def __contains__(self, variable: Any) -> bool:
        return _exact(variable) in _of(self)

    def get(self, variable: Any, default: Any = None) -> Any:
        return _of(self).get(_exact(variable), default)


_real: Any = vars(Context)["_real"]


def copy_context() -> Context:
    return _shown(contextvars.copy_context())


def _shown(real: contextvars.Context) -> Context:
    made = object.__new__(Context)
    _real.__set__(made, real)
    return made


def _of(context: Context) -> contextvars.Context:
    return _real.__get__(context)  # type: ignore[no-any-return]  # what the slot holds


def _exact(variable: Any) -> Any:
    if type(variable) is not contextvars.ContextVar:
        raise TypeError("a ContextVar key was expected")
    return variable


NAMES: dict[str, Any] = {"Context": Context, "copy_context": copy_context}
