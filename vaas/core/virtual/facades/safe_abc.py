"""``abc`` for restricted code: ``ABCMeta`` as a function, for as a class it would lead to ``type``."""

from __future__ import annotations

import abc
from typing import Any


def ABCMeta(name: str, bases: tuple[type, ...], namespace: dict[str, Any], **keywords: Any) -> type:
    """What ``class A(metaclass=ABCMeta)`` calls."""
    if not all(type(key) is str and (not key.startswith("__") or key in ALLOWED) for key in namespace):
        raise TypeError("ABCMeta is for class statements")
    return abc.ABCMeta(name, bases, namespace, **keywords)


def _allowed() -> frozenset[str]:
    from vaas.core.restrict.rules import BINDABLE

    return BINDABLE | {"__module__", "__qualname__", "__annotations__", "__classcell__", "__firstlineno__",
                       "__static_attributes__", "__type_params__", "__orig_bases__", "__annotate__"}  # fmt: skip


ALLOWED = _allowed()
NAMES = {"ABCMeta": ABCMeta}
