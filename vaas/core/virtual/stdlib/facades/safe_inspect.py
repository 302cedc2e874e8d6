"""``inspect`` for restricted code: questions about objects, and signatures. No frames, sources or raw members.

A signature shows the defaults of a function, and a library's function may hold a module there: of what the app did
not write, defaults that are more than plain values are shown as ``...``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

from vaas.core.restrict.guards import names_of, read
from vaas.core.restrict.ownership import is_of_app, is_own, mark_of

_DEEPEST = 1000
"""Wrappers within wrappers: as deep as Python's own recursion goes."""
_PLAIN = (type(None), bool, int, float, complex, str, bytes, type(...))


def signature(obj: Any, *, follow_wrapped: bool = True, **ignored: Any) -> inspect.Signature:
    """As ``inspect.signature``; string annotations stay strings."""
    found = inspect.signature(obj, follow_wrapped=follow_wrapped)
    return found if _is_app_s(obj) else _without_objects(found)


def getmembers(obj: Any, predicate: Any = None) -> list[tuple[str, Any]]:
    """The public ones."""
    members = [(name, read(obj, name)) for name in names_of(obj) if hasattr(obj, name)]
    return [it for it in members if predicate is None or predicate(it[1])]


def getmro(cls: type) -> tuple[type, ...]:
    return read(cls, "__mro__")  # type: ignore[no-any-return]  # a tuple of classes


def _is_app_s(obj: Any) -> bool:
    """Whether the signature is that of a function which the app wrote, and nothing says otherwise."""
    if isinstance(obj, type):
        made = [vars(base).get(name) for base in obj.__mro__ for name in ("__init__", "__new__") if mark_of(base)]
        return any(type(it) is FunctionType and is_of_app(it) for it in made) and not hasattr(obj, "__signature__")
    function = obj.__func__ if type(obj) is MethodType else obj
    steered = any(name in getattr(function, "__dict__", ()) for name in ("__wrapped__", "__signature__"))
    return type(function) is FunctionType and is_own(function) and not steered


def _without_objects(found: inspect.Signature) -> inspect.Signature:
    parameters = [
        it.replace(default=_plain(it.default), annotation=_type(it.annotation)) for it in found.parameters.values()
    ]
    return found.replace(parameters=parameters, return_annotation=_type(found.return_annotation))


def _plain(default: Any) -> Any:
    return default if default is inspect.Parameter.empty or type(default) in _PLAIN else ...


def _type(annotation: Any) -> Any:
    """A class or text; a metaclass is a tool."""
    if type(annotation) is str or (isinstance(annotation, type) and not issubclass(annotation, type)):
        return annotation
    return inspect.Parameter.empty


def unwrap(func: Any, *, stop: Callable[[Any], Any] | None = None) -> Any:
    """What is within, by ``__wrapped__``, as the app may read it."""
    seen = [func]
    while hasattr(func, "__wrapped__") and not (stop is not None and stop(func)):
        func = read(func, "__wrapped__")
        if any(func is it for it in seen) or len(seen) >= _DEEPEST:
            raise ValueError(f"wrapper loop when unwrapping {seen[0]!r}")
        seen.append(func)
    return func


def getfullargspec(func: Any) -> inspect.FullArgSpec:
    """As ``inspect``'s, of what ``signature`` shows."""
    found = list(signature(func, follow_wrapped=False).parameters.values())
    empty = inspect.Parameter.empty

    def of(*kinds: Any) -> list[inspect.Parameter]:
        return [it for it in found if it.kind in kinds]

    plain = of(inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = of(inspect.Parameter.KEYWORD_ONLY)
    return inspect.FullArgSpec(
        args=[it.name for it in plain],
        varargs=next((it.name for it in of(inspect.Parameter.VAR_POSITIONAL)), None),
        varkw=next((it.name for it in of(inspect.Parameter.VAR_KEYWORD)), None),
        defaults=tuple(it.default for it in plain if it.default is not empty) or None,
        kwonlyargs=[it.name for it in named],
        kwonlydefaults={it.name: it.default for it in named if it.default is not empty} or None,
        annotations={it.name: it.annotation for it in found if it.annotation is not empty},
    )


NAMES = {
    "signature": signature,
    "getmembers": getmembers,
    "getmro": getmro,
    "unwrap": unwrap,
    "getfullargspec": getfullargspec,
}
