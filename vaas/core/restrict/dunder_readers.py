"""What restricted code sees of ``__mro__``, ``__bases__``, ``__subclasses__``, ``__self__`` and ``__func__``: its own.

Each looks at what is found and gives it, a part of it, or AttributeError. Asked by ``guards.py``.
"""

from __future__ import annotations

from collections import deque
from types import FunctionType, MethodType
from typing import Any

from vaas.core.restrict.ownership import is_built_in, is_own, mark_of

VALUES = (dict, list, set, frozenset, tuple, str, bytes, bytearray, int, float, deque)


def _mro(obj: Any, name: str) -> Any:
    """Of an own class: its own classes, and those that they name as their bases; the app has had all of them."""
    if isinstance(obj, type) and (is_built_in(obj) or mark_of(obj) is not None):
        mro = type.__getattribute__(obj, "__mro__")
        named = {base for own in mro if mark_of(own) is not None for base in own.__bases__} | {object}
        seen = [it for it in mro if is_built_in(obj) or mark_of(it) is not None or it in named]
        return tuple(seen) if name == "__mro__" else tuple(it for it in seen if it in obj.__bases__)
    raise unreadable(obj, name, "it leads to classes that are not the app's own")


def _subclasses(obj: Any, name: str) -> Any:
    """Of an own class; its subclasses are the app's too."""
    if isinstance(obj, type) and mark_of(obj) is not None:
        subclasses: list[type] = type.__subclasses__(obj)
        return lambda: [it for it in subclasses if mark_of(it) is not None]
    raise unreadable(obj, name, "it leads to classes that are not the app's own")


def _bound_to(obj: Any, name: str) -> Any:
    found = getattr(obj, name)
    if type(found) in VALUES or (type(obj) is MethodType and is_own(found)):
        return found
    raise unreadable(obj, name, "it leads to an object that is not the app's own")


def _function(obj: Any, name: str) -> Any:
    found = getattr(obj, name)
    if type(found) is FunctionType and is_own(found):
        return found
    raise unreadable(obj, name, "it leads to a function that is not the app's own")


def _error_before(obj: Any, name: str) -> Any:
    found = getattr(obj, name)
    if not issubclass(type(found), BaseException):
        return found if is_own(obj) else None
    return found if concerns_app(found) else None


def concerns_app(error: BaseException) -> bool:
    """An error that a library raised and handles within itself has its own words, not for apps: the key that it missed
    may be the class of a class. Seen is what came through the app's code, and what was never raised."""
    at = _TRACEBACK.__get__(error)
    if at is None:
        return True
    while at is not None:
        if "_getattr_" in at.tb_frame.f_builtins:
            return True
        at = at.tb_next
    return False


_TRACEBACK: Any = vars(BaseException)["__traceback__"]

READERS = {
    "__cause__": _error_before,
    "__context__": _error_before,
    "__mro__": _mro,
    "__bases__": _mro,
    "__subclasses__": _subclasses,
    "__self__": _bound_to,
    "__func__": _function,
}


def unreadable(obj: Any, name: str, why: str) -> AttributeError:
    return AttributeError(f"restricted code may not read {name!r} of {what(obj)}: {why}")


def what(obj: Any) -> str:
    return f"the class {obj.__name__!r}" if isinstance(obj, type) else f"a {type(obj).__name__!r} object"
