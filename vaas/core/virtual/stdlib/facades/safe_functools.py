"""``functools`` for restricted code: what copies attributes by name, or evaluates annotations, in our own version."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import FunctionType
from typing import Any

from vaas.core.restrict.guards import may_read_private
from vaas.core.restrict.ownership import is_own, mark_of
from vaas.core.restrict.rules import is_private
from vaas.core.restrict.safe_type import stand_for

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


class singledispatchmethod:
    """As ``functools.singledispatchmethod``."""

    __slots__ = ("_dispatch", "_function")

    def __init__(self, function: Any) -> None:
        self._function = function
        self._dispatch = singledispatch(function)

    def register(self, cls: Any, method: Any = None) -> Any:
        return self._dispatch.register(cls, method)

    def __get__(self, obj: Any, cls: Any = None) -> Callable[..., Any]:
        def call(*args: Any, **keywords: Any) -> Any:
            return self._dispatch.dispatch(args[0].__class__).__get__(obj, cls)(*args, **keywords)

        return call


class cached_property:
    """As ``functools.cached_property``, for instances of the app's own classes: the real one reads and writes the
    ``__dict__`` of anything."""

    __slots__ = ("_function", "_name")

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function, self._name = function, ""

    def __init_subclass__(cls) -> None:
        raise TypeError("restricted code derives no class from cached_property")

    def __set_name__(self, owner: type, name: str) -> None:
        if self._name and self._name != name:
            raise TypeError(f"a cached_property cannot have two names: {self._name!r} and {name!r}")
        self._name = name

    @property
    def func(self) -> Callable[[Any], Any]:
        return self._function

    @property
    def attrname(self) -> str | None:
        return self._name or None

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        if obj is None:
            return self
        if mark_of(type(obj)) is None or not self._stands_in(type(obj)):
            raise TypeError("a cached_property is for instances of the app's own classes, under its own name")
        if is_private(self._name) and not may_read_private(obj, self._name):
            raise TypeError(f"{self._name!r} is what a library keeps there")
        kept = object.__getattribute__(obj, "__dict__")
        if self._name not in kept:
            kept[self._name] = self._function(obj)
        return kept[self._name]

    def _stands_in(self, cls: type) -> bool:
        """Whether it is what the class has under its name: by another, it would read what a library keeps there."""
        return next((vars(it)[self._name] for it in cls.__mro__ if self._name in vars(it)), None) is self


stand_for(functools.cached_property, cached_property)

NAMES = {
    "cached_property": cached_property,
    "singledispatchmethod": singledispatchmethod,
    "wraps": wraps,
    "update_wrapper": update_wrapper,
    "total_ordering": total_ordering,
    "singledispatch": singledispatch,
}
