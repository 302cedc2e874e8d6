"""Annotations as types, for code that the app wrote: strings among them are evaluated, so both the strings and the
place where they are evaluated are checked first.

``typing.get_type_hints`` evaluates where ``__module__`` or ``__wrapped__`` says, and an app can make both say ``os``.
Here a string is evaluated in the app's own modules alone; a library's strings are left out. ``Optional[text]`` and
``TypedDict("T", {"x": text})`` are strings that the transformer never saw: they must be plain types too.
Used by ``typing`` in restricted code, and by the framework through ``core/virtual/app_hints.py``.
"""

from __future__ import annotations

import sys
import typing
from types import FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import Any, ForwardRef

from vaas.core.restrict.annotation_parts import AnnotationParts, is_where_it_says
from vaas.core.restrict.annotations import text_problems
from vaas.core.restrict.guards import is_app_module
from vaas.core.restrict.ownership import is_own


def hints_within(obj: Any, **options: Any) -> dict[str, Any]:
    """As ``checked_hints``; also checks the classes that the annotations name, for libraries will evaluate theirs."""
    hints = checked_hints(obj, **options)
    seen: set[type] = {obj} if isinstance(obj, type) else set()
    for hint in hints.values():
        _check_within(hint, seen)
    return hints


def checked_hints(obj: Any, include_extras: bool = False) -> dict[str, Any]:
    """``typing.get_type_hints`` for objects of restricted code. Raises TypeError for an annotation that is more."""
    hints: dict[str, Any] = {}
    if isinstance(obj, type):
        for base in reversed(obj.__mro__):
            space = _module_space(base)
            hints |= _evaluated(vars(base), space, {**vars(base), **space}, include_extras, of_class=True)
    elif isinstance(obj, ModuleType):
        space = vars(obj) if is_app_module(obj) else {}
        hints = _evaluated(space, space, space, include_extras, of_class=True)
    else:
        function = obj.__func__ if type(obj) is MethodType else obj
        space = function.__globals__ if type(function) is FunctionType and is_own(function) else {}
        about = {name: getattr(function, name, None) for name in ("__annotations__", "__type_params__")}
        hints = _evaluated(about, space, space, include_extras, of_class=False)
    return hints


def _evaluated(about: Any, globals: Any, locals: Any, include_extras: bool, *, of_class: bool) -> dict[str, Any]:
    """The annotations in ``about``. Without ``globals``, those with strings are left out: they are not the app's."""
    raw: dict[str, Any] = {}
    strange: dict[str, Any] = {}
    for name, annotation in dict(about.get("__annotations__") or {}).items():
        parts = AnnotationParts(annotation)
        _check_texts(parts.texts)
        if parts.strangers:
            if parts.texts:
                raise TypeError("an annotation with a string in it is made of types")
            strange[name] = annotation  # and not evaluated: it would be asked what it is
        elif globals or not parts.texts:
            is_text = isinstance(annotation, str)
            raw[name] = ForwardRef(annotation, is_argument=not of_class, is_class=of_class) if is_text else annotation
    holder: Any = SimpleNamespace(__annotations__=raw, __type_params__=about.get("__type_params__") or ())
    return strange | typing.get_type_hints(holder, globals, locals, include_extras)


def _check_texts(texts: list[str]) -> None:
    """Raises TypeError for one that must not be evaluated."""
    for text in texts:
        problems = text_problems(str.__str__(text))
        if problems or type(text) is not str:
            raise TypeError("; ".join(problems) or "an annotation must be exactly str")


def _module_space(cls: type) -> dict[str, Any]:
    """The variables of the app's module that the class is of; empty for other classes."""
    module = sys.modules.get(cls.__module__)
    return vars(module) if is_app_module(module) else {}


def _check_within(hint: Any, seen: set[type]) -> None:
    """Checks the annotations of every class within: who decodes into it evaluates them where its module says."""
    parts = AnnotationParts(hint)
    if parts.strangers:
        raise TypeError(f"{type(parts.strangers[0]).__name__!r} objects are no types")
    _check_texts(parts.texts)
    for cls in parts.classes:
        if cls not in seen:
            seen.add(cls)
            for base in cls.__mro__:
                own_texts = any(
                    AnnotationParts(it).texts for it in dict(vars(base).get("__annotations__") or {}).values()
                )
                if own_texts and not _module_space(base) and not is_where_it_says(base):
                    raise TypeError(f"the annotations of {base.__qualname__!r} are strings of no module of the app's")
            for each in _settled(cls).values():
                _check_within(each, seen)


def _settled(cls: type) -> dict[str, Any]:
    """The annotations of a class and of its bases, evaluated. In the app's classes they stand so from now on: who
    evaluates them again finds no string, and so no name that means another class by then."""
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        space = _module_space(base)
        found = _evaluated(vars(base), space, {**vars(base), **space}, include_extras=True, of_class=True)
        if space and found:
            vars(base)["__annotations__"].update(found)
        hints |= found
    return hints
