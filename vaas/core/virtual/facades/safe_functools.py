"""``functools`` for restricted code: what copies attributes by name, or evaluates annotations, in our own version."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import FunctionType
from typing import Any

from vaas.core.restrict.own import is_own

_COPIED = ("__module__", "__name__", "__qualname__", "__doc__")


def wraps(wrapped: Any, assigned: Any = None, updated: Any = None) -> Callable[[Any], Any]:
    """As ``functools.wraps``, for the usual attributes."""
    return lambda wrapper: update_wrapper(wrapper, wrapped)


def update_wrapper(wrapper: Any, wrapped: Any, assigned: Any = None, updated: Any = None) -> Any:
    if not (type(wrapper) is FunctionType and is_own(wrapper)):
        raise TypeError("restricted code wraps with functions of its own")
    for name in _COPIED:
        if hasattr(wrapped, name):
            setattr(wrapper, name, getattr(wrapped, name))
    if type(wrapped) is FunctionType and is_own(wrapped):
        wrapper.__annotations__ = dict(wrapped.__annotations__)
        wrapper.__dict__.update(wrapped.__dict__)
    wrapper.__dict__["__wrapped__"] = wrapped
    return wrapper


def total_ordering(cls: type) -> type:
    if not is_own(cls):
        raise TypeError("total_ordering is for the app's own classes")
    return functools.total_ordering(cls)


class singledispatch:
    """As ``functools.singledispatch``; an implementation is registered for a class, given or annotated as one."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._real = functools.singledispatch(function)
        functools.update_wrapper(self, function)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self._real(*args, **keywords)

    def dispatch(self, cls: type) -> Callable[..., Any]:
        return self._real.dispatch(cls)

    def register(self, cls: Any, function: Callable[..., Any] | None = None) -> Any:
        if isinstance(cls, type):
            return self._real.register(cls, function) if function else lambda it: self.register(cls, it)
        first = next(iter(getattr(cls, "__annotations__", {}).values()), None)
        if not isinstance(first, type):
            raise TypeError("name the class: @register(int)")
        return self._real.register(first, cls)


NAMES = {
    "wraps": wraps,
    "update_wrapper": update_wrapper,
    "total_ordering": total_ordering,
    "singledispatch": singledispatch,
}
