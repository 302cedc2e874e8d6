"""``dataclasses`` for restricted code: decorates only the app's own classes; copies by our own ``copy``."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, dataclass_transform

from vaas.core.restrict.generated_methods import check_decorated
from vaas.core.restrict.guards import read
from vaas.core.restrict.ownership import is_own
from vaas.core.restrict.rules import is_native
from vaas.core.virtual.stdlib.facades.safe_copy import deepcopy


@dataclass_transform()
def dataclass(cls: Any = None, /, **options: Any) -> Any:
    if cls is None:
        return lambda it: dataclass(it, **options)
    if not isinstance(cls, type) or not is_own(cls):
        raise TypeError("dataclass is for the app's own classes")
    names = list(vars(cls).get("__annotations__", ()))
    for name in names:
        if type(name) is not str or not name.isidentifier():
            raise TypeError(f"a field may not be named {name!r}: dataclass compiles it")
        if not is_native(name) and not _may_be_default(cls, name):
            raise TypeError(f"a field may not be named {name!r} here: a library's class keeps something there")
    check_decorated(cls, names)
    return dataclasses.dataclass(cls, **options)


def _may_be_default(cls: type, name: str) -> bool:
    """Whether what the class has under that name, which would be the field's default, is what the app may read."""
    found = getattr(cls, name, dataclasses.MISSING)
    return found is dataclasses.MISSING or read(cls, name, dataclasses.MISSING) is found


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
