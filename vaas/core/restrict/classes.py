"""How classes come to be in restricted code: by a class statement, by ``type`` with three arguments, by ``ABCMeta``.

However one is made, its namespace keeps to the rules that names of a class body obey, and it is marked as the app's
own (``ownership.py``) before anything of the app's sees it: ``__init_subclass__`` and ``__set_name__`` meet an own
class."""

from __future__ import annotations

import abc
import builtins
import sys
from collections.abc import Callable
from functools import wraps
from types import FunctionType, GenericAlias
from typing import Any

from vaas.core.restrict import rules
from vaas.core.restrict.generated_methods import check_bases
from vaas.core.restrict.library_facts import facts
from vaas.core.restrict.ownership import MARK, Mark, mark_of

_MARKED_EARLY = ("builtins", "abc", "enum", "typing")
"""Modules of the metaclasses that leave a namespace's other entries alone. Others' classes are marked when made."""
_SLOTS = frozenset({"__dict__", "__weakref__"})


def build_class(body: Callable[..., Any], name: str, /, *bases: Any, **keywords: Any) -> Any:
    """``__build_class__`` of restricted code."""
    kind: type = type
    if "metaclass" in keywords:
        if keywords.pop("metaclass") is not ABCMeta:
            raise TypeError("restricted code has no metaclass but ABCMeta: use __init_subclass__")
        kind = abc.ABCMeta
    return _marked(builtins.__build_class__(body, name, *bases, metaclass=_Maker(kind), **keywords))


def ABCMeta(name: str, bases: tuple[Any, ...], namespace: dict[str, Any], **keywords: Any) -> type:
    """``abc.ABCMeta`` of restricted code: a function, for the class would lead to ``type``."""
    return make_class(abc.ABCMeta, name, bases, namespace, keywords)


def make_class(kind: type, name: str, bases: tuple[Any, ...], namespace: Any, keywords: dict[str, Any]) -> type:
    """A class by a call. Raises TypeError for a namespace that no class statement could have made, and if it is not
    the app's own code that calls: the class would be of another's module."""
    if type(name) is not str or type(bases) is not tuple:
        raise TypeError("a class is made of a name, a tuple of bases and a dict")
    names = dict(namespace)  # a plain one: a subclass could show one thing and hold another
    for key in names:
        if type(key) is not str or not (rules.may_bind(key) or key in rules.BINDABLE_IN_CLASSES):
            raise TypeError(f"restricted code may not give a class the name {key!r}")
    asking = sys._getframe(2).f_globals
    if "_getattr_" not in asking.get("__builtins__", ()):
        raise TypeError("classes are made by the app's own code")
    maker = _Maker(kind)
    maker.__prepare__(name, bases, **keywords)
    made: type = maker(name, bases, {"__module__": asking["__name__"], "__qualname__": name, **names}, **keywords)
    return _marked(made)  # type: ignore[no-any-return]  # what a metaclass gives


class _Maker:
    """Stands for a metaclass while a class is made."""

    def __init__(self, kind: type) -> None:
        self._kind: Any = kind

    def __prepare__(self, name: str, bases: tuple[Any, ...], **keywords: Any) -> Any:
        for base in bases:
            _check_base(base)
            self._kind = _more_derived(self._kind, type(base))
        return self._kind.__prepare__(name, bases, **keywords)

    def __call__(self, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **keywords: Any) -> Any:
        if "__slots__" in namespace:
            _check_slots(namespace)
        if bases:
            check_bases(bases)
        if "__getattribute__" in namespace:
            dict.__setitem__(namespace, "__getattribute__", _honest(namespace["__getattribute__"]))
        if self._kind.__module__ in _MARKED_EARLY:
            dict.__setitem__(namespace, MARK, Mark())  # Enum's own would take it for a name of the app's
        return self._kind(name, bases, namespace, **keywords)


def _check_base(base: Any) -> None:
    if not issubclass(type(base), type):
        raise TypeError(f"bases are classes, not {type(base).__name__!r} objects")
    for each in type.__getattribute__(base, "__mro__"):
        why = "" if mark_of(each) is not None else _why_final(each)
        if why:
            raise TypeError(f"restricted code derives no class from {each.__module__}'s {each.__name__}: {why}")


def _why_final(cls: type) -> str:
    """Why no app may derive from a library's class; empty if it may. Third-party classes are their users' affair.

    A final class hands what it keeps to ``__setattr__`` or a property of a subclass. Errors keep nothing."""
    top, final = cls.__module__.partition(".")[0], facts().final
    if top in final and not issubclass(cls, BaseException):
        return final[top]
    if f"{cls.__module__}.{cls.__qualname__}" in final:
        return final[f"{cls.__module__}.{cls.__qualname__}"]
    if top not in ("vaas", *sys.stdlib_module_names):
        return ""
    forwards = cls in (super, GenericAlias) or "__getattr__" in type.__getattribute__(cls, "__dict__")
    return "it passes on what other objects keep to themselves" if forwards else ""


def _more_derived(one: type, other: type) -> type:
    if issubclass(one, other):
        return one
    if issubclass(other, one):
        return other
    raise TypeError(f"metaclass conflict: neither {one.__name__} nor {other.__name__} derives from the other")


def _check_slots(namespace: dict[str, Any]) -> None:
    """A slot is an attribute by a name in a string. What was looked at is what is used: iterators give once."""
    slots = namespace["__slots__"]
    names = [slots] if isinstance(slots, str) else list(slots)
    for name in names:
        if type(name) is not str or not (rules.may_bind(name) or name in _SLOTS):
            raise TypeError(f"restricted code may not have a slot named {name!r}")
    dict.__setitem__(
        namespace, "__slots__", dict(zip(names, slots.values(), strict=True)) if type(slots) is dict else tuple(names)
    )


def _honest(function: Any) -> Any:
    """``__getattribute__`` of an app's class. What an object is, and what it holds, is not its own to say: guards and
    libraries ask it by these names."""
    if type(function) is not FunctionType:
        raise TypeError("__getattribute__ is a function in restricted code")

    @wraps(function)
    def __getattribute__(self: Any, name: str) -> Any:
        return object.__getattribute__(self, name) if name in ("__class__", "__dict__") else function(self, name)

    return __getattribute__


def _marked(made: Any) -> Any:
    """What a metaclass gave; a class of a library's metaclass is marked now."""
    if issubclass(type(made), type) and mark_of(made) is None:
        type.__setattr__(made, MARK, Mark())
    return made
