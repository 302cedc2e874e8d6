"""The two kinds of stand-in for a real module: a ``Facade`` shows only what is safe, a ``Proxy`` changes a few names.

What a library keeps is the whole process's: a facade shows a machine its own copy of it (``own_names``), or it is made
unchangeable (``core/virtual/stdlib/patches/freezing.py``). Next: ``selection.py``, which makes facades by the registry.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from types import BuiltinMethodType, MappingProxyType, MethodType, ModuleType
from typing import Any

from vaas.core.restrict.safe_type import show
from vaas.core.virtual.stdlib.absent import absent
from vaas.core.virtual.stdlib.harden import harden_shown


class Facade(ModuleType):
    """What restricted code sees of a module. It cannot be changed by the app.

    Its names stand in its ``__dict__``, so that reading one costs what it costs on a module. Those that the app may
    change nevertheless (``sys.stdout``) are listed. ``shared`` are names that were presented before.
    """

    def __init__(
        self,
        name: str,
        names: Mapping[str, Any],
        *,
        changeable: Iterable[str] = (),
        missing: Callable[[str], Any] | None = None,
        shared: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(name)
        vars(self).update(shared)
        vars(self).update({name: without_self(it) if type(it) is MethodType else it for name, it in names.items()})
        harden_shown(names.values())
        vars(self)["__vaas__"] = (frozenset(changeable), missing)

    def __getattr__(self, name: str) -> Any:
        missing = vars(self).get("__vaas__", (None, None))[1]
        if missing is not None and not name.startswith("_"):
            found = missing(name)
            if found is not None:
                show(found)
                return found
        raise _no_attribute(self.__name__, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name not in vars(self)["__vaas__"][0]:
            raise AttributeError(f"module {self.__name__!r} cannot be changed by an app")
        vars(self)[name] = value

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"module {self.__name__!r} cannot be changed by an app")

    def __repr__(self) -> str:
        return f"<module {self.__name__!r} (restricted)>"


def _no_attribute(module: str, name: str) -> AttributeError:
    if module.partition(".")[0] in sys.stdlib_module_names and not (name.startswith("__") and name.endswith("__")):
        found = absent(module, name)
        if found is not None:
            return AttributeError(str(found))
    return AttributeError(f"module {module!r} has no attribute {name!r}")


def without_self(method: Callable[..., Any]) -> Callable[..., Any]:
    """The same as a function: libraries find the object behind a method (``weakref.WeakMethod``), and copy it."""

    def call(*args: Any, **named: Any) -> Any:
        return method(*args, **named)

    call.__name__ = call.__qualname__ = method.__name__
    call.__doc__ = method.__doc__
    return call


class Proxy(ModuleType):
    """A real module but for some names. What the app writes to it, that app alone reads."""

    def __init__(self, real: ModuleType, names: Mapping[str, Any]) -> None:
        super().__init__(real.__name__, real.__doc__)
        vars(self).update(names)
        vars(self)["_real_"] = real

    def __getattr__(self, name: str) -> Any:
        return getattr(vars(self)["_real_"], name)

    def __dir__(self) -> list[str]:
        return sorted({*dir(vars(self)["_real_"]), *vars(self)} - {"_real_"})


def public_names(module: ModuleType) -> dict[str, Any]:
    """The module's public names but for modules and metaclasses."""
    listed = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
    there = {name: getattr(module, name) for name in listed if hasattr(module, name)}
    return {name: value for name, value in there.items() if showable(name, value)}


def showable(name: str, value: object) -> bool:
    if name.startswith("_") or isinstance(value, ModuleType):
        return False
    return not (isinstance(value, type) and issubclass(value, type))


def is_shareable(value: Any) -> bool:
    """Whether all machines may have this as it is: no table, and no method of a library's one instance."""
    if type(value) in (MethodType, BuiltinMethodType):
        return isinstance(value.__self__, (ModuleType, type, type(None)))
    return type(value) not in (dict, list, set)


def own_names(names: Mapping[str, Any]) -> dict[str, Any]:
    """For one machine: of tables a copy, and of a library's one instance (``random.seed``) one of its own."""
    made: dict[int, Any] = {}
    return {name: _own(value, made) for name, value in own_tables(names).items()}


def own_tables(names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: type(it)(it) if type(it) in (dict, list, set) else it for name, it in names.items()}


def _own(value: Any, made: dict[int, Any]) -> Any:
    if is_shareable(value) or not isinstance(value, (MethodType, BuiltinMethodType)):
        return value
    shared = value.__self__
    if id(shared) not in made:
        made[id(shared)] = type(shared)()
    return getattr(made[id(shared)], value.__name__)
