"""What ``copy`` does with the state that a restricted app's own reducer gives it.

``__reduce__`` and its kin say what to call and which attributes to set, and ``copy`` sets them by name, unguarded, on
whatever the call gave back. The library copies in many places (``UserDict.copy``, ``email``, ``ElementTree``), so
apps may define such methods only because the one function that all of this goes through is replaced here: for
objects with a reducer of the app's, attributes are set on instances of its own classes alone, by the guard's rules.
``pickle`` does the same: ``core/virtual/stdlib/facades/safe_pickle.py``.
"""

from __future__ import annotations

import copy
import copyreg
import sys
from types import FunctionType, MethodDescriptorType, WrapperDescriptorType
from typing import Any

from vaas.core.restrict.guards import guarded_write, may_read_private
from vaas.core.restrict.ownership import is_own, mark_of
from vaas.core.restrict.rules import PICKLING, is_private
from vaas.core.restrict.safe_type import may_be_told

_real: Any = copy._reconstruct  # type: ignore[attr-defined]  # private, the same since Python 3.2
_BY_COPYREG = tuple(getattr(copyreg, name) for name in ("__newobj__", "__newobj_ex__", "_reconstructor"))
"""What object's own reducer says to call. No app gets hold of these, so that a reducer of its own cannot say them."""


def arm() -> None:
    copy._reconstruct = reconstruct  # type: ignore[attr-defined]
    copy._keep_alive = keep_alive  # type: ignore[attr-defined]


class _Kept:
    """The originals of a deep copy. The memo holds them until it is done, and an app may get to see the memo."""

    __slots__ = ("_originals",)

    def __init__(self) -> None:
        self._originals: list[Any] = []

    def __deepcopy__(self, memo: object) -> Any:
        raise TypeError("what is being copied cannot be copied")

    __reduce_ex__ = __deepcopy__


def keep_alive(x: Any, memo: Any) -> None:
    """``copy._keep_alive``: an id must not be used again before the copy is done."""
    kept = memo.get(id(memo))
    if type(kept) is not _Kept:
        kept = memo[id(memo)] = _Kept()
    kept._originals.append(x)


def reconstruct(
    x: Any, memo: Any, func: Any, args: Any, state: Any = None, items: Any = None, pairs: Any = None, **options: Any
) -> Any:
    """``copy._reconstruct``. Raises TypeError where a reducer would change what is not its app's own."""
    if type(x).__module__.startswith("vaas.") and not may_be_told(type(x)):
        raise TypeError(f"a {type(x).__name__!r} of the platform's cannot be copied")
    if not has_own_reducer(x) and (not is_own(x) or func in _BY_COPYREG):
        return _real(x, memo, func, args, state, items, pairs, **options)
    deep = memo is not None

    def part(it: Any) -> Any:
        return copy.deepcopy(it, memo) if deep else it

    y = func(*map(part, args))
    if deep:
        memo[id(x)] = y
    if state is not None:
        set_state(y, part(_visible(x, state)))
    for item in items or ():
        y.append(part(item))
    for key, value in pairs or ():
        y[part(key)] = part(value)
    return y


def has_own_reducer(obj: Any) -> bool:
    """Whether a class made by restricted code, or for it, says how ``obj`` is reduced or restored."""
    return any(_REDUCERS & vars(base).keys() and not _is_plain(base) for base in type(obj).__mro__)


def set_state(obj: Any, state: Any) -> None:
    """What ``__setstate__`` or the lack of it makes of ``state``, for an instance of the app's own classes."""
    if not is_own(obj) or isinstance(obj, (type, FunctionType)):
        raise TypeError(f"restricted code sets the state of its own instances, not of a {type(obj).__name__!r}")
    restore = next((vars(base)["__setstate__"] for base in type(obj).__mro__ if "__setstate__" in vars(base)), None)
    by_library = not has_own_reducer(obj) or getattr(restore, "__module__", "") == "dataclasses"
    if type(restore) is FunctionType and (is_own(restore) or by_library):
        restore(obj, state)
        return
    attributes, slots = state if isinstance(state, tuple) and len(state) == 2 else (state, None)
    for name, value in (attributes or {}).items():
        _check_name(obj, name)
        vars(obj)[name] = value
    for name, value in (slots or {}).items():
        _check_name(obj, name)
        setattr(obj, name, value)


def _check_name(obj: Any, name: Any) -> None:
    if type(name) is not str:
        raise TypeError("attribute name must be exactly str")
    guarded_write(obj, name)


def _visible(x: Any, state: Any) -> Any:
    """Without what a library's class keeps under ``_names``: the app's ``__setstate__`` would get to see it."""
    if isinstance(state, dict):
        return {name: it for name, it in state.items() if _may_see(x, name)}
    if isinstance(state, tuple) and len(state) == 2:
        return tuple(_visible(x, it) if isinstance(it, dict) else it for it in state)
    return state


def _may_see(x: Any, name: Any) -> bool:
    return type(name) is not str or not is_private(name) or may_read_private(x, name)


def _is_plain(cls: type) -> bool:
    """Whether plain code made this class, reducers and all. ``Enum("E", {...})`` and its like make classes for apps."""
    if mark_of(cls) is not None:
        return False
    return _is_where_it_says(cls) or all(
        _is_written_in(cls, name, vars(cls)[name]) for name in _REDUCERS & vars(cls).keys()
    )


def _is_where_it_says(cls: type) -> bool:
    found: Any = sys.modules.get(cls.__module__)
    if type(found).__name__ == "RestrictedModule" and "_getattr_" in vars(found).get("__builtins__", ()):
        return False
    for name in cls.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is cls


def _is_written_in(cls: type, name: str, method: Any) -> bool:
    """Whether the method stands in the class's own source, or is what dataclasses, enum and C classes put there."""
    if isinstance(method, (MethodDescriptorType, WrapperDescriptorType)):
        return method.__name__ == name
    if type(method) is not FunctionType or is_own(method):
        return False
    return method.__qualname__ == f"{cls.__qualname__}.{name}" or method.__module__ in ("dataclasses", "enum")


_REDUCERS = frozenset(PICKLING)
