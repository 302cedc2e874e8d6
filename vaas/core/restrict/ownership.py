"""Which objects are the app's own: classes its code made, their instances, its functions and its modules.

Each class that the app makes (``classes.py``) is marked in its own ``__dict__``, under a name that app code can neither
write nor set, with a value that only this floor makes. Next: ``guards.py``, which asks.
"""

from __future__ import annotations

import sys
from operator import attrgetter
from types import FunctionType
from typing import Any

from vaas.core.restrict.library_facts import facts, is_open_module

MARK = "_abc_vaas_"
"""The mark's name. typing.Protocol leaves names that begin with ``_abc_`` out of a protocol's members."""

REMEMBERED = 1000
"""Names that a mark remembers at most: an app may make names without end."""

_HEAP = 1 << 9
"""Py_TPFLAGS_HEAPTYPE."""


GENERATED = "<string>"
"""The file of what dataclasses compile for a class of the app: no guard stands in it."""


class Mark:
    """Says that a class is the app's own, and remembers which names on its instances were found to be so."""

    __slots__ = ("private", "written")

    def __init__(self) -> None:
        self.private: set[str] = set()
        """``_names`` that may be read, whatever becomes of the class."""
        self.written: set[str] = set()
        """Names that may be set."""


def mark_of(cls: type) -> Mark | None:
    """The mark of the app's own class; None for any other."""
    found = type.__getattribute__(cls, "__dict__").get(MARK)
    return found if type(found) is Mark else None


def is_built_in(cls: type) -> bool:
    """Whether this is a type of the interpreter's own. A ``__module__`` can be made to say so: no class statement, and
    no library on the app's behalf, makes a static type."""
    return cls.__module__ == "builtins" and not type.__getattribute__(cls, "__flags__") & _HEAP


def class_behind(obj: Any) -> type:
    """The class whose names ``obj`` shows: a class's own, a ``super()``'s instance's, else its type."""
    if type(obj) is super:
        return getattr(obj, "__self_class__", None) or super
    return obj if isinstance(obj, type) else type(obj)


_builtins_of = attrgetter("__builtins__")
"""A function's; not by a plain read, for mypy knows the attribute in some of its runs and not in others."""


def is_own(obj: Any) -> bool:
    """Whether the app made this: a class, an instance of one, a function."""
    if type(obj) is FunctionType:
        return is_of_app(obj) and obj.__code__.co_filename != GENERATED
    return mark_of(class_behind(obj)) is not None


def is_of_app(function: FunctionType) -> bool:
    """Whether this function is of the app's modules: written there, or generated for one of its classes."""
    return "_getattr_" in _builtins_of(function)


def is_own_private(obj: Any, name: str) -> bool:
    """Whether ``obj._name``, as it would be read now, is the app's business and no library's."""
    cls = class_behind(obj)
    mark = mark_of(cls)
    if mark is None:
        return False
    if name in mark.private and type(obj) is not super:
        return True
    definers = [base for base in _searched(obj, cls) if name in type.__getattribute__(base, "__dict__")]
    wholly = is_wholly_own(cls)
    first_is_own = bool(definers) and mark_of(definers[0]) is not None
    own = wholly if not definers else first_is_own and (wholly or not _is_filled(obj, name))
    if own and wholly and all(mark_of(it) is not None for it in definers) and len(mark.private) < REMEMBERED:
        mark.private.add(name)  # no library's class has it, so that it stays so whatever the app deletes
    return own


def _searched(obj: Any, cls: type) -> tuple[type, ...]:
    """The classes that reading goes through: for a ``super()``, those after the class that it stands in."""
    mro: tuple[type, ...] = type.__getattribute__(cls, "__mro__")
    if type(obj) is not super:
        return mro
    return mro[mro.index(getattr(obj, "__thisclass__")) + 1 :]  # noqa: B009  # typeshed does not know it


def _is_filled(obj: Any, name: str) -> bool:
    """Whether the instance itself has the name: a library may have put it there."""
    return not isinstance(obj, type) and type(obj) is not super and name in getattr(obj, "__dict__", ())


def is_wholly_own(cls: type) -> bool:
    """Whether its library bases, if any, keep nothing private that matters."""
    mro = type.__getattribute__(cls, "__mro__")
    return mark_of(cls) is not None and all(mark_of(base) is not None or is_open(base) for base in mro)


def holds_own_alone(cls: type) -> bool:
    """Whether the app alone puts anything into the ``__dict__`` of its instances."""
    mro, values = type.__getattribute__(cls, "__mro__"), facts().value_modules
    return mark_of(cls) is not None and all(mark_of(it) is not None or it.__module__ in values for it in mro)


def is_open(base: type) -> bool:
    """Whether instances of this library class keep nothing private that matters: ``_names`` are then the app's."""
    module = base.__module__
    return is_open_module(module) or module.partition(".")[0] not in ("vaas", *sys.stdlib_module_names)
