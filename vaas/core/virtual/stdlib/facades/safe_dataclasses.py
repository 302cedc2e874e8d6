"""``dataclasses`` for restricted code: decorates only the app's own classes; copies by our own ``copy``."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, dataclass_transform

from vaas.core.restrict.guards import read
from vaas.core.restrict.ownership import is_own
from vaas.core.virtual.stdlib.facades.safe_copy import deepcopy


@dataclass_transform()
def dataclass(cls: Any = None, /, **options: Any) -> Any:
    if cls is None:
        return lambda it: dataclass(it, **options)
    if not isinstance(cls, type) or not is_own(cls):
        raise TypeError("dataclass is for the app's own classes")
    for name in vars(cls).get("__annotations__", ()):
        if type(name) is not str or not name.isidentifier():
            raise TypeError(f"a field may not be named {name!r}: dataclass compiles it")
    return dataclasses.dataclass(cls, **options)


def asdict(obj: Any, *, dict_factory: Callable[..., Any] = dict) -> Any:
    return _taken_apart(obj, lambda it, values: dict_factory(list(zip(_names(it), values, strict=True))))


def astuple(obj: Any, *, tuple_factory: Callable[..., Any] = tuple) -> Any:
    return _taken_apart(obj, lambda it, values: tuple_factory(values))


def _taken_apart(obj: Any, join: Callable[[Any, list[Any]], Any]) -> Any:
    if not dataclasses.is_dataclass(obj) or isinstance(obj, type):
        raise TypeError("asdict() and astuple() are for instances of dataclasses")

    def walk(it: Any) -> Any:
        if dataclasses.is_dataclass(it) and not isinstance(it, type):
            return join(it, [walk(read(it, name)) for name in _names(it)])
        if isinstance(it, tuple) and hasattr(it, "_fields"):
            return type(it)(*map(walk, it))
        if isinstance(it, (list, tuple)):
            return type(it)(map(walk, it))
        if isinstance(it, dict):
            return {walk(key): walk(value) for key, value in it.items()}
        return deepcopy(it)

    return walk(obj)


def _names(obj: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(obj)]


NAMES: dict[str, Any] = {"dataclass": dataclass, "asdict": asdict, "astuple": astuple}
