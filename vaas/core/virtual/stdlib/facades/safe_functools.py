"""``functools`` for restricted code: what copies attributes by name, or evaluates annotations, in our own version."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from vaas.core.restrict.guards import may_read_private, read, variables, write
from vaas.core.restrict.ownership import is_own, mark_of
from vaas.core.restrict.rules import WRITABLE_DUNDERS, is_native, is_private
from vaas.core.restrict.safe_type import stand_for

_MISSING = object()
_OF_FUNCTIONS = {"__annotations__": dict, "__type_params__": tuple}
"""What is copied from one function of the app's to another, and how; Python 3.12 added the second."""


def wraps(
    wrapped: Any,
    assigned: Iterable[str] = functools.WRAPPER_ASSIGNMENTS,
    updated: Iterable[str] = functools.WRAPPER_UPDATES,
) -> Callable[[Any], Any]:
    """As ``functools.wraps``."""
    return lambda wrapper: update_wrapper(wrapper, wrapped, assigned, updated)


def update_wrapper(
    wrapper: Any,
    wrapped: Any,
    assigned: Iterable[str] = functools.WRAPPER_ASSIGNMENTS,
    updated: Iterable[str] = functools.WRAPPER_UPDATES,
) -> Any:
    """As ``functools.update_wrapper``, for a function, a class, an instance or a partial of the app's own."""
    own = wrapper.func if type(wrapper) is functools.partial else wrapper
    if not is_own(own):
        raise TypeError("restricted code wraps with functions of its own, or its own objects")
    if "__dict__" in updated:
        _take_variables(wrapper, wrapped)
    for name in assigned:
        _take(wrapper, wrapped, name)
    _set(wrapper, "__wrapped__", wrapped)
    return wrapper


def _take(wrapper: Any, wrapped: Any, name: str) -> None:
    """Copies one attribute, if it is there and restricted code may read it."""
    if name in _OF_FUNCTIONS:
        if type(wrapper) is type(wrapped) is FunctionType and is_own(wrapped):
            setattr(wrapper, name, _OF_FUNCTIONS[name](getattr(wrapped, name)))
        return  # of an instance no library reads them
    value = read(wrapped, name, _MISSING)
    if value is not _MISSING and not (name == "__module__" and isinstance(wrapper, type)):  # it says whose it is
        _set(wrapper, name, value)


def _take_variables(wrapper: Any, wrapped: Any) -> None:
    """What the app has put on the function or instance, and no library."""
    if (
        not is_own(wrapped)
        or not hasattr(wrapped, "__dict__")
        or isinstance(wrapped, type)
        or isinstance(wrapper, type)
    ):
        return
    if type(wrapper) is type(wrapped) is FunctionType:
        wrapper.__dict__.update(wrapped.__dict__)
        return
    for name, value in variables(wrapped).items():
        if not is_private(name) or (is_own(wrapper) and may_read_private(wrapper, name)):
            _set(wrapper, name, value)


def _set(wrapper: Any, name: str, value: Any) -> None:
    if type(wrapper) is functools.partial and (is_native(name) or name in WRITABLE_DUNDERS):
        setattr(wrapper, name, value)
    else:
        write(wrapper, name, value)


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
