"""Which objects are the app's own: classes its code made, their instances, its functions and its modules.

The wrapped ``__build_class__`` marks each class in its own ``__dict__``, under a name that app code can neither write
nor set, with a value that only this module makes. Next: ``guards.py``, which asks.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from vaas.core.words import words

MARK = "_abc_vaas_"
"""The mark's name. typing.Protocol leaves names that begin with ``_abc_`` out of a protocol's members."""

REMEMBERED = 1000
"""Names that a mark remembers at most: an app may make names without end."""

OPEN_MODULES = frozenset(
    words(
        """_markupbase abc builtins collections collections.abc contextlib dataclasses enum html.parser json.decoder
        json.encoder numbers queue string threading typing types weakref"""
    )
)
"""Standard modules whose classes keep nothing under ``_names`` that an app could misuse through a subclass."""


class Mark:
    """Says that a class is the app's own, and remembers which names on its instances were found to be so."""

    __slots__ = ("private", "written")

    def __init__(self) -> None:
        self.private: set[str] = set()
        """``_names`` that may be read."""
        self.written: set[str] = set()
        """Names that may be set."""


def build_class(body: Callable[..., Any], name: str, /, *bases: Any, **keywords: Any) -> Any:
    """``__build_class__`` of restricted code."""
    metaclass = keywords.get("metaclass")
    if metaclass is not None and getattr(metaclass, "__module__", "") != "vaas.core.virtual.facades.safe_abc":
        raise TypeError("restricted code has no metaclass but ABCMeta")
    made = builtins.__build_class__(body, name, *bases, **keywords)
    if isinstance(made, type):
        type.__setattr__(made, MARK, Mark())
    return made


def mark_of(cls: type) -> Mark | None:
    """The mark of the app's own class; None for any other."""
    found = type.__getattribute__(cls, "__dict__").get(MARK)
    return found if type(found) is Mark else None


def class_behind(obj: Any) -> type:
    """The class whose names ``obj`` shows: a class's own, a ``super()``'s instance's, else its type."""
    if type(obj) is super:
        return getattr(obj, "__self_class__", None) or super
    return obj if isinstance(obj, type) else type(obj)


def is_own(obj: Any) -> bool:
    """Whether the app made this: a class, an instance of one, a function."""
    if type(obj) is FunctionType:
        return "_getattr_" in getattr(obj, "__builtins__", ())
    return mark_of(class_behind(obj)) is not None


def is_own_private(cls: type, name: str) -> bool:
    """Whether ``_name`` on this class, or an instance of it, is the app's business and no library's."""
    mark = mark_of(cls)
    if mark is None:
        return False
    if name in mark.private:
        return True
    for base in type.__getattribute__(cls, "__mro__"):
        if name in type.__getattribute__(base, "__dict__"):
            if mark_of(base) is None:
                return False
            break
    else:
        if any(mark_of(base) is None and not _is_open(base) for base in type.__getattribute__(cls, "__mro__")):
            return False
    if len(mark.private) < REMEMBERED:
        mark.private.add(name)
    return True


def is_wholly_own(cls: type) -> bool:
    """Whether all that stands in the ``__dict__`` of its instances is the app's business."""
    mro = type.__getattribute__(cls, "__mro__")
    return mark_of(cls) is not None and all(mark_of(base) is not None or _is_open(base) for base in mro)


def _is_open(base: type) -> bool:
    """Whether instances of this library class keep nothing private that matters: ``_names`` are then the app's."""
    module = base.__module__
    return module in OPEN_MODULES or module.partition(".")[0] not in sys.stdlib_module_names
