"""``operator`` for restricted code: the two that read attributes by name do so by the guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vaas.core.restrict.guards import read


def attrgetter(*paths: str) -> Callable[[Any], Any]:
    if not paths or not all(type(path) is str for path in paths):
        raise TypeError("attribute name must be a string")

    def get(obj: Any) -> Any:
        found = tuple(_follow(obj, path) for path in paths)
        return found if len(found) > 1 else found[0]

    return get


def methodcaller(name: str, /, *args: Any, **keywords: Any) -> Callable[[Any], Any]:
    return lambda obj: read(obj, name)(*args, **keywords)


def _follow(obj: Any, path: str) -> Any:
    for name in path.split("."):
        obj = read(obj, name)
    return obj


NAMES = {"attrgetter": attrgetter, "methodcaller": methodcaller}
