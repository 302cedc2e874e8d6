"""``copy`` for restricted code. The real one calls what ``__reduce_ex__`` names, and an Enum's functional form can
define that from a string: so an own object that has one is refused."""

from __future__ import annotations

import copy as real
from types import BuiltinFunctionType, FunctionType, MethodDescriptorType, WrapperDescriptorType
from typing import Any

from vaas.core.restrict.own import is_own

_REDUCERS = ("__reduce__", "__reduce_ex__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")
_LIBRARY = (FunctionType, BuiltinFunctionType, MethodDescriptorType, WrapperDescriptorType)


def copy(obj: Any) -> Any:
    check(obj, set())
    return real.copy(obj)


def deepcopy(obj: Any, memo: dict[int, Any] | None = None) -> Any:
    check(obj, set())
    return real.deepcopy(obj, memo)


def check(obj: Any, seen: set[int]) -> None:
    """Refuses an object with a reducer that no library class gave it, here or anywhere within."""
    if id(obj) in seen:
        return
    seen.add(id(obj))
    if isinstance(obj, dict):
        for item in [*obj.keys(), *obj.values()]:
            check(item, seen)
    elif isinstance(obj, (list, tuple, set, frozenset)):
        for item in list(obj):
            check(item, seen)
    cls = type(obj)
    if any(name in vars(base) and _made_by_app(vars(base)[name]) for base in cls.__mro__ for name in _REDUCERS):
        raise TypeError(f"restricted code cannot copy a {cls.__name__!r}: it defines how it is reduced")
    for item in list(getattr(obj, "__dict__", {}).values()) if not isinstance(obj, type) else ():
        check(item, seen)


def _made_by_app(reducer: object) -> bool:
    """Anything but a library's own function, in Python or C."""
    return not isinstance(reducer, _LIBRARY) or is_own(reducer)


NAMES = {"copy": copy, "deepcopy": deepcopy}
