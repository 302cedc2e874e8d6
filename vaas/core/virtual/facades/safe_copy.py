"""``copy`` for restricted code. The real one calls what ``__reduce_ex__`` names, and an Enum's functional form can
define that from a string: so an own object that has one is refused."""

from __future__ import annotations

import copy as real
import sys
from typing import Any

from vaas.core.restrict.own import mark_of

_REDUCERS = ("__reduce__", "__reduce_ex__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")


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
    if any(name in vars(base) for base in cls.__mro__ if _made_by_app(base) for name in _REDUCERS):
        raise TypeError(f"restricted code cannot copy a {cls.__name__!r}: it defines how it is reduced")
    for item in list(getattr(obj, "__dict__", {}).values()) if not isinstance(obj, type) else ():
        check(item, seen)


def _made_by_app(base: type) -> bool:
    """A class of no importable module's, or marked as the app's own."""
    return mark_of(base) is not None or getattr(sys.modules.get(base.__module__), base.__name__, None) is not base


NAMES = {"copy": copy, "deepcopy": deepcopy}
