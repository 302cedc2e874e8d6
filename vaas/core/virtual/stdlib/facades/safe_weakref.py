"""``weakref`` for restricted code: a ``WeakMethod`` is of the app's own methods; the real one tells who is behind."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import MethodType
from typing import Any

from vaas.core.restrict.ownership import is_own


class WeakMethod:
    __slots__ = ("__weakref__", "_real")

    def __init__(self, meth: Any, callback: Callable[[Any], Any] | None = None) -> None:
        if type(meth) is not MethodType or not is_own(meth.__func__):
            raise TypeError("restricted code makes WeakMethods of its own methods")
        self._real = weakref.WeakMethod(meth, None if callback is None else lambda _: callback(self))

    def __call__(self) -> Any:
        return self._real()

    def __eq__(self, other: object) -> bool:
        return self._real == other._real if isinstance(other, WeakMethod) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._real)


NAMES = {"WeakMethod": WeakMethod}
