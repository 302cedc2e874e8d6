"""``type`` of restricted code: tells an object's class, makes classes as a class statement does (``classes.py``), and
never yields what could undo the rules.

A class is a tool: it can be called, derived from, and its functions be given any object. So the real one is told if it
is the app's own, a package's, an error's, a built-in one, or one that a facade shows. Of anything else, such as a raw
file or a library's getter, a shadow is told: it has the class's name and knows its instances, and that is all.
"""

from __future__ import annotations

import sys
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
from weakref import WeakKeyDictionary

from vaas.core.restrict.ownership import is_built_in, mark_of

_SHADOWED = (CodeType, FrameType, TracebackType, FunctionType, BuiltinFunctionType, MethodType, ModuleType)
"""Built-in types that are tools nevertheless."""
_shadows: dict[type, type] = {}
_FAMILIES: dict[type, type] = {}
_shown: WeakKeyDictionary[type, None] = WeakKeyDictionary()
_answers: WeakKeyDictionary[type, type] = WeakKeyDictionary()


def stand_for(real: type, shown: type) -> None:
    """From now on ``type`` tells ``shown`` of instances of ``real`` and of its subclasses; the first that fits."""
    _FAMILIES.setdefault(real, shown)
    _answers.clear()


def show(value: object) -> None:
    """Notes that a facade shows this; if it is a class, ``type`` may tell it."""
    if isinstance(value, type) and value not in _shown:
        _shown[value] = None
        _answers.pop(value, None)


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
Type.__module__ = "builtins"


class _Shadow(type):
    """The class of shadows, which are types in annotations and in ``isinstance``."""

    _real: type

    def __instancecheck__(cls, obj: object) -> bool:
        return issubclass(type(obj), cls._real)

    def __subclasscheck__(cls, other: type) -> bool:
        return other is cls

    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        raise TypeError(f"restricted code makes no {cls.__name__!r} objects by their class")


def _no_base(cls: type, /, **keywords: Any) -> None:
    raise TypeError(f"restricted code derives no class from {cls.__mro__[1].__name__!r}: no module shows it")


def shadow(cls: type) -> type:
    """What is told in place of that class, the same each time."""
    if cls not in _shadows:
        _shadows[cls] = _made_shadow(cls)
    return _shadows[cls]


def _made_shadow(cls: type) -> type:
    about = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__slots__": ()}
    made = _Shadow(cls.__name__, (), {**about, "__init_subclass__": classmethod(_no_base)})
    made._real = cls
    return made


def safe_type(obj: Any) -> Any:
    """``type(obj)``, or what stands for it."""
    cls = type(obj)
    answer = _answers.get(cls)
    if answer is None:
        answer = _answers[cls] = _answer(cls)
    return answer


def _answer(cls: type) -> type:
    if mark_of(cls) is not None:
        return cls
    if issubclass(cls, type):
        return Type
    if issubclass(cls, ModuleType):
        return shadow(ModuleType)
    for real, shown in _FAMILIES.items():
        if issubclass(cls, real):
            return shown
    return cls if may_be_told(cls) else shadow(cls)


def may_be_told(cls: type) -> bool:
    """Whether an app may have this class, which is not its own."""
    if cls in _SHADOWED:
        return False
    from_elsewhere = cls.__module__.partition(".")[0] not in ("vaas", *sys.stdlib_module_names)
    return from_elsewhere or is_built_in(cls) or cls in _shown or issubclass(cls, BaseException)
