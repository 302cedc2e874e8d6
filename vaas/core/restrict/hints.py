"""Strings that become annotations while the code runs: ``Optional[text]``, ``TypedDict("T", {"x": text})``.

The transformer never saw them, and whoever evaluates them does so as plain Python. So evaluation asks first: the
framework and ``typing`` in restricted code by ``checked_hints``.
"""

from __future__ import annotations

import typing
from typing import Any, ForwardRef

from vaas.core.restrict.annotations import text_problems


def checked_hints(obj: Any, **options: Any) -> dict[str, Any]:
    """``typing.get_type_hints`` for objects of restricted code. Raises TypeError for an annotation that is more."""
    for cls in getattr(obj, "__mro__", (obj,)):
        for annotation in dict(getattr(cls, "__annotations__", None) or {}).values():
            check_annotation(annotation)
    return typing.get_type_hints(obj, **options)


def check_annotation(annotation: Any, depth: int = 0) -> None:
    """Looks through an annotation for strings. Raises TypeError for one that must not be evaluated."""
    text = annotation.__forward_arg__ if isinstance(annotation, ForwardRef) else annotation
    if isinstance(text, str):
        problems = text_problems(str.__str__(text))
        if problems or type(text) is not str:
            raise TypeError("; ".join(problems) or "an annotation must be exactly str")
    elif depth < 50 and typing.get_origin(annotation) is not typing.Literal:
        args = typing.get_args(annotation)
        for arg in args[:1] if typing.get_origin(annotation) is typing.Annotated else args:
            for each in arg if isinstance(arg, list) else (arg,):
                check_annotation(each, depth + 1)
