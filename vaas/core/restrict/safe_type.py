"""``type`` of restricted code: tells an object's class, makes classes as a class statement does (``classes.py``), and
never yields what could undo the rules."""

from __future__ import annotations

import io
from types import (
    BuiltinFunctionType,
    CodeType,
    FrameType,
    FunctionType,
    GenericAlias,
    MethodType,
    ModuleType,
    TracebackType,
)
from typing import Any


class function:  # its name is what type(f).__name__ prints
    """Stands for the type of functions."""


class module:
    """Stands for the type of modules."""


class method:
    """Stands for the type of bound methods."""


class hidden:
    """Stands for types that are not for apps."""


_STAND_INS: dict[type, type] = {
    FunctionType: function,
    BuiltinFunctionType: function,
    MethodType: method,
    CodeType: hidden,
    FrameType: hidden,
    TracebackType: hidden,
}


_FAMILIES: dict[type, type] = {io.FileIO: hidden}


def stand_for(real: type, shown: type) -> None:
    """From now on ``type`` tells ``shown`` of instances of ``real`` and of its subclasses; the first that fits."""
    _FAMILIES.setdefault(real, shown)


class _Meta(type):
    def __instancecheck__(cls, obj: object) -> bool:
        return isinstance(obj, type)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, type)

    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        if len(args) == 1 and not keywords:
            return safe_type(args[0])
        if len(args) != 3:
            raise TypeError("type() takes 1 or 3 arguments")
        from vaas.core.restrict.classes import make_class  # it needs this page

        return make_class(type, *args, keywords)

    def __repr__(cls) -> str:
        return "<class 'type'>"


class Type(metaclass=_Meta):
    """``type``, as restricted code knows it. ``isinstance(x, type)`` and ``type[X]`` mean what they always mean."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        raise TypeError("restricted code has no metaclass but ABCMeta")

    def __class_getitem__(cls, item: Any) -> Any:
        return GenericAlias(Type, item)  # an alias can be called, and type[int] would call the real one


Type.__name__ = Type.__qualname__ = "type"


def safe_type(obj: Any) -> Any:
    """``type(obj)``, or a stand-in where the real type is a tool: functions, modules, metaclasses, raw files."""
    cls = type(obj)
    if issubclass(cls, type):
        return Type
    if issubclass(cls, ModuleType):
        return module
    if cls.__module__ in ("socket", "_socket"):
        return hidden
    for real, shown in _FAMILIES.items():
        if issubclass(cls, real):
            return shown
    return _STAND_INS.get(cls, cls)
