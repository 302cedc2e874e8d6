"""An app's module: what stands in ``__loader__`` of it, and what the statements that import from it take.

Where a package lacks a name, the interpreter's own import takes the real module of that name from its own table: it
never comes to that here. Made and asked by ``importer.py``.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any, Protocol

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


class RestrictedModule(AppModule):
    """One of restricted code. What libraries, and the import system, take by attribute is the machine's; the names of
    the same spelling, which its code may read and change, are only shown."""

    @property
    def __spec__(self) -> ModuleSpec:  # type: ignore[override]  # a module's own is a variable
        spec: ModuleSpec = self.__dict__["__loader__"].spec
        return spec

    @property
    def __path__(self) -> list[str]:  # type: ignore[override]  # likewise
        places = self.__spec__.submodule_search_locations
        if places is None:
            raise AttributeError("__path__")
        return list(places)


class Files(Protocol):
    """What a loader needs of its machine."""

    def load(self, name: str) -> ModuleType: ...
    def compile(self, source: Source) -> CodeType: ...
    def read(self, path: str) -> bytes: ...
    def resources(self, folder: str) -> Any: ...


class AppLoader:
    """Stands in ``__loader__`` of an app's module: for tracebacks, ``inspect``, ``pkgutil`` and ``importlib``."""

    def __init__(self, source: Source, files: Files, known: Mapping[str, ModuleType]) -> None:
        self._source, self._files, self.known = source, files, known
        self.name, self.path = source.name, source.file
        self.spec = _spec(source, self)

    def get_source(self, name: str) -> str:
        return importlib.util.decode_source(self._source.text)

    def get_code(self, name: str) -> CodeType:
        return self._files.compile(self._source)

    def get_filename(self, name: str) -> str:
        return self._source.file

    def get_data(self, path: str) -> bytes:
        """The content of a file of the app, by its path as the app sees it."""
        return self._files.read(path)

    def is_package(self, name: str) -> bool:
        return self._source.package

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module, which the machine runs now if it has not: the real import system asks when a package imports
        it."""
        return self._files.load(self.name)

    def exec_module(self, module: ModuleType) -> None:
        """See ``create_module``."""

    def get_resource_reader(self, name: str) -> Any:
        return self._files.resources(self._source.path[0]) if self._source.package else None


def _spec(source: Source, loader: Any) -> ModuleSpec:
    spec = ModuleSpec(source.name, loader, origin=source.file, is_package=source.package)
    if source.package:
        spec.submodule_search_locations = source.path
    spec.has_location = not source.namespace
    return spec


def with_exactly(module: ModuleType, full: str, names: Iterable[str]) -> ModuleType:
    """What the statement ``from … import names`` takes them from: each was asked for once.

    Where the module itself lacks a name, the interpreter takes the real module of that name from its own table."""
    taken, found = ModuleType(full), {}
    for name in names:
        try:
            found[name] = module.__dict__[name] if name in module.__dict__ else getattr(module, name)
        except AttributeError as error:  # a facade says why, and what to do
            file = getattr(module, "__file__", None)
            where = f" ({file})" if file else f": {error}"
            raise ImportError(f"cannot import name {name!r} from {full!r}{where}", name=full) from None
    taken.__dict__.update({name: it for name, it in module.__dict__.items() if not name.startswith("_")})
    taken.__dict__.update(found)
    return taken


def module_of(source: Source, loader: AppLoader, builtins: dict[str, Any]) -> AppModule:
    """The module before it has run. Restricted code, which may read ``__spec__``, sees no loader there."""
    restricted = "_getattr_" in builtins
    module = RestrictedModule(source.name) if restricted else AppModule(source.name)
    names = vars(module)
    names.update(
        __builtins__=builtins,
        __loader__=loader,
        __package__=source.name if source.package else source.name.rpartition(".")[0],
        __spec__=_spec(source, None) if restricted else loader.spec,
    )
    if source.package:
        names["__path__"] = source.path if restricted else loader.spec.submodule_search_locations
    if not source.namespace:
        names["__file__"] = source.file
    return module
