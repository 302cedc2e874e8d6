"""An app's module: what stands in ``__loader__`` of it, and what the statements that import from it take.

Where a package lacks a name, the interpreter's own import takes the real module of that name from its own table: it
never comes to that here. Made and asked by ``importer.py``.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterable, Mapping
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from vaas.core.virtual import thread_binding
from vaas.core.virtual.source import Source


class AppModule(ModuleType):
    """A module of an app."""

    def __getattr__(self, name: str) -> Any:
        """A module below it though its name was deleted, where a real one has the same name: ``import a.b as c`` takes
        that one, from the interpreter's own table, when ``a`` has no ``b``."""
        full = f"{self.__name__}.{name}"
        known = getattr(self.__dict__.get("__loader__"), "known", {})
        if full in known and full in thread_binding.real_modules():
            return known[full]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


class AppLoader:
    """Stands in ``__loader__`` of an app's module: source for tracebacks, resources for ``importlib.resources``."""

    def __init__(self, source: Source, resources: Callable[[str], Any], known: Mapping[str, ModuleType]) -> None:
        self._source, self._resources, self.known = source, resources, known
        self.module: ModuleType | None = None

    def get_source(self, name: str) -> str:
        return importlib.util.decode_source(self._source.text)

    def is_package(self, name: str) -> bool:
        return self._source.package

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """The module, which the machine has run already: the real import system asks when a package imports it."""
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        """See ``create_module``."""

    def get_resource_reader(self, name: str) -> Any:
        return self._resources(os.path.dirname(self._source.file))


def with_exactly(module: ModuleType, full: str, names: Iterable[str]) -> ModuleType:
    """What the statement ``from … import names`` takes them from: each was asked for once.

    Where the module itself lacks a name, the interpreter takes the real module of that name from its own table."""
    taken, found = ModuleType(full), {}
    for name in names:
        it = module.__dict__[name] if name in module.__dict__ else getattr(module, name, _MISSING)
        if it is _MISSING:
            file = getattr(module, "__file__", None)
            raise ImportError(f"cannot import name {name!r} from {full!r} ({file or 'unknown location'})", name=full)
        found[name] = it
    taken.__dict__.update({name: it for name, it in module.__dict__.items() if not name.startswith("_")})
    taken.__dict__.update(found)
    return taken


_MISSING = object()


def without_loader(spec: ModuleSpec) -> ModuleSpec:
    """For restricted code, which may read ``__spec__``: what loads a module is the machine's."""
    shown = ModuleSpec(spec.name, None, origin=spec.origin)
    shown.submodule_search_locations = spec.submodule_search_locations
    return shown
