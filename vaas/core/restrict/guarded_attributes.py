"""Public attributes with a danger on some objects (``rules.GUARDED``): what was found is looked at, then given.

Asked by ``guards.py``.
"""

from __future__ import annotations

import re
from abc import ABCMeta
from types import BuiltinFunctionType, MappingProxyType, MethodDescriptorType, ModuleType
from typing import Any

from vaas.core.restrict.dunder_readers import VALUES, unreadable
from vaas.core.restrict.ownership import class_behind, is_own, mark_of
from vaas.core.restrict.plain import plain


def read_guarded(obj: Any, name: str) -> Any:
    """Judges what was found and not where: aliases (``Annotated[str, 1].format``) and methods pass attributes on."""
    found = getattr(obj, name)
    bound_to = getattr(found, "__self__", None)
    owner = getattr(found, "__objclass__", None) or class_behind(bound_to)
    if isinstance(found, (BuiltinFunctionType, MethodDescriptorType)):
        if issubclass(owner, str):
            from vaas.core.restrict.formatting import format_method  # needs string.Formatter: not at every start

            return format_method(bound_to if isinstance(bound_to, str) else str, name)
        if name == "mro" and (owner is type or isinstance(bound_to, type)):
            raise unreadable(obj, name, "it leads to classes that are not the app's own")
        if owner in (re.Pattern, re.Match):
            return _of_plain_words(found)
    if name == "register" and getattr(found, "__func__", None) is ABCMeta.register:
        return _registering(found)
    if name == "from_callable" and getattr(getattr(found, "__func__", None), "__module__", "") == "inspect":
        raise unreadable(obj, name, "it shows the defaults of any function")
    cls = class_behind(obj)
    if (_is_of_asyncio(owner) or _is_of_asyncio(cls)) and not _defined_by_app(cls, name):
        raise unreadable(obj, name, "it leads to the event loop that the machine runs on")
    if name == "obj" and issubclass(type(obj), AttributeError) and not (is_own(found) or type(found) in VALUES):
        raise unreadable(obj, name, "it is what a library looked at")
    if name in ("fget", "fset", "fdel") and not (found is None or is_own(found)):
        raise unreadable(obj, name, "it is a library's function, and would take any object for its own")
    if type(found) is MappingProxyType:  # others use it too, and it hands the dict within to who is compared with it
        return MappingProxyType(dict(found))
    if type(found) is ModuleType:  # pathlib.Path.parser
        raise unreadable(obj, name, "it is a module")
    return found


def _of_plain_words(method: Any) -> Any:
    """``Pattern.sub``: the library keeps what it makes of a replacement by what that says it equals."""
    return lambda *args, **named: method(*map(plain, args), **{key: plain(it) for key, it in named.items()})


def _registering(method: Any) -> Any:
    """``ABC.register``: what ``isinstance`` tells the whole process of a library's classes is not an app's to say."""

    def register(subclass: Any) -> Any:
        if not is_own(subclass) and not is_own(method.__self__):
            raise TypeError("restricted code registers classes of its own, or with a class of its own")
        return method(subclass)

    return register


def _is_of_asyncio(cls: type) -> bool:
    return any(base.__module__.partition(".")[0] in ("asyncio", "_asyncio", "uvloop") for base in cls.__mro__)


def _defined_by_app(cls: type, name: str) -> bool:
    return any(name in vars(base) for base in type.__getattribute__(cls, "__mro__") if mark_of(base) is not None)
