"""Methods of library classes that do something by ``self.__class__``, or set attributes of ``self``: for that class's
instances alone.

``Counter.copy(x)`` is ``x.__class__(x)``, and of a class that is ``type`` itself; ``Message.set_unixfrom(C, …)`` sets
an attribute of a library's class. An app may take any function from a class that a facade shows and call it with any
object, so these few ask first. The registry's ``instance_only`` names them; it was made by looking for both in every
public method of every class that is shown (``tests/core/virtual/stdlib/patches/test_instance_methods.py`` looks again).
Asked by ``harden.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from vaas.core.virtual.stdlib.tables import INSTANCE_ONLY

_done: set[type] = set()


def bind(shown: object) -> None:
    """Has the methods of a class that a facade shows, and of its bases, ask first. Safe to repeat."""
    if not isinstance(shown, type):
        return
    for cls in shown.__mro__:
        if cls not in _done:
            _done.add(cls)
            for name in INSTANCE_ONLY.get(f"{cls.__module__}.{cls.__qualname__}", ()):
                if name in vars(cls):
                    setattr(cls, name, _checked(cls, vars(cls)[name]))


def _checked(cls: type, method: Any) -> Any:
    if isinstance(method, property) and isinstance(method.fget, FunctionType):
        return property(_function(cls, method.fget), doc=method.__doc__)
    return _function(cls, method) if isinstance(method, FunctionType) else method


def _function(cls: type, function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **named: Any) -> Any:
        if cls not in type(self).__mro__:
            raise TypeError(f"{function.__qualname__} is for instances of {cls.__name__}, not {type(self).__name__}")
        return function(self, *args, **named)

    # Not by functools.wraps: its __wrapped__ would lead to the function behind.
    method.__name__, method.__qualname__, method.__doc__ = function.__name__, function.__qualname__, function.__doc__
    method.__module__ = function.__module__
    return method
