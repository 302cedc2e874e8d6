"""The platform's packages are its own business: an app imports what its own requirements bring, and no other.

A host needs Starlette, msgspec and others, and an app may bring the same ones in other versions. So the zygote loads
what is neither Python's library nor an app's by a finder of its own (``install``), and takes it out of ``sys.modules``
and off ``sys.path`` before it forks (``hide``). From then on an import finds Python's library and what the app has
brought, but for the platform's own code: its modules have an ``__import__`` of their own in their built-ins, which goes
on finding the platform's packages, those that are imported late too. Called by ``zygote.py``.

Tried and left: the packages under other names (C code and ``import_module`` ask by the usual ones), and a swap of
``sys.modules`` around the platform's imports (other threads import meanwhile).
"""

from __future__ import annotations

import builtins
import importlib
import sys
import sysconfig
import threading
from collections.abc import Mapping
from importlib.abc import Loader
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder
from importlib.util import module_from_spec, resolve_name
from types import ModuleType
from typing import Any

from vaas.core.virtual.thread_binding import real_modules

OPEN = "vaas"
"""The one package that stays in ``sys.modules``: what an app's packages import of it is no other version."""

_real_import = builtins.__import__
_builtins: dict[str, Any] = {}
"""Of the platform's modules."""
_tops: set[str] = set()
"""The top-level names of its packages."""
_hidden: dict[str, ModuleType] = {}


class _Late(threading.local):
    loading = False


_late = _Late()
_path: list[str] = []
"""Where it finds more of them, once they are hidden."""


def install() -> None:
    """Before anything of a package is imported: all that is from now on is the platform's."""
    _builtins.update(vars(builtins), __import__=_import)
    sys.meta_path.insert(0, _Finder())


def hide() -> None:
    """Takes them away from all but the platform's own code. Nothing happens where ``install`` was not called."""
    if not _builtins:
        return
    modules = real_modules()
    _path[:] = [it for it in sys.path if it not in library_path()]
    _hidden.update({name: it for name, it in modules.items() if name.partition(".")[0] in _tops})
    for name in _hidden:
        del modules[name]
    sys.path[:] = [it for it in sys.path if it in library_path()]
    sys.meta_path[:] = [it for it in sys.meta_path if not _finds_installed(it)]


def import_module(name: str, package: str | None = None) -> ModuleType:
    """``importlib.import_module`` for the platform's code, of its own packages too."""
    full = resolve_name(name, package) if name.startswith(".") else name
    if not _is_hidden(full):
        return importlib.import_module(full)
    return _hidden.get(full) or _load(full)


def library_path() -> frozenset[str]:
    """What stands on ``sys.path`` for Python's library alone."""
    paths = sysconfig.get_paths()
    folders = {paths["stdlib"], paths["platstdlib"], str(sysconfig.get_config_var("DESTSHARED"))}
    zipped = f"python{sys.version_info.major}{sys.version_info.minor}.zip"
    return frozenset(it for it in sys.path if it in folders or it.endswith((f"/{zipped}", "/lib-dynload")))


class _Finder:
    """Has what a package of the platform is loaded with given the platform's ``__import__``."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or (_hidden and top != OPEN):
            return None
        spec = PathFinder.find_spec(name, path, target)
        return _mark(spec) if spec is not None and spec.loader is not None else spec


class _OwnImport(Loader):
    """A loader whose modules find the platform's packages."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        found: ModuleType | None = self._loader.create_module(spec)
        return found

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = _builtins
        if module.__spec__ is not None:
            module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)


def _mark(spec: ModuleSpec) -> ModuleSpec:
    top = spec.name.partition(".")[0]
    if top != OPEN:
        _tops.add(top)
    spec.loader = _OwnImport(spec.loader)
    return spec


def _import(
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Any = None,
    fromlist: Any = (),
    level: int = 0,
) -> ModuleType:
    """``__import__`` of the platform's modules."""
    full = resolve_name("." * level + name, str((globals or {}).get("__package__"))) if level else name
    if not _is_hidden(full, late=_is_open(globals) or _late.loading):
        found = _real_import(name, globals, locals, fromlist, level)
        return _importlib if found is importlib and not _is_open(globals) else found
    module = import_module(full)
    if not fromlist:
        return module if level else _hidden[full.partition(".")[0]]
    for item in fromlist:
        if not hasattr(module, item) and _is_there(f"{full}.{item}"):
            import_module(f"{full}.{item}")
    return module


def _is_hidden(full: str, late: bool = False) -> bool:
    """``late``: whether one that was not needed so far may be the platform's. What packages import when they are used
    (msgspec, ``attrs``) is the app's, whose objects they were given."""
    top = full.partition(".")[0]
    if not _hidden or top in _tops:
        return bool(_hidden)
    if late and top != OPEN and top not in sys.stdlib_module_names and PathFinder.find_spec(top, _path) is not None:
        _tops.add(top)
        return True
    return False


def _is_open(globals: Mapping[str, Any] | None) -> bool:
    return str((globals or {}).get("__name__")).partition(".")[0] == OPEN


class _Importlib(ModuleType):
    """With an ``import_module`` for the packages of the platform, which import each other by it."""

    import_module = staticmethod(import_module)

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib, name)


_importlib = _Importlib("importlib")


def _is_there(full: str) -> bool:
    return full in _hidden or _find(full) is not None


def _find(full: str) -> ModuleSpec | None:
    parent = full.rpartition(".")[0]
    above = import_module(parent) if parent else None
    return PathFinder.find_spec(full, _path if above is None else list(getattr(above, "__path__", ())))


def _load(full: str) -> ModuleType:
    """A module of the platform's that is imported late."""
    spec = _find(full)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {full!r}", name=full)
    module = _hidden[full] = module_from_spec(_mark(spec))
    # A module looks itself up while it runs (dataclasses): it is there, unless the app has brought one of that name.
    before, _late.loading = _late.loading, True
    there = real_modules().setdefault(full, module)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del _hidden[full]
        raise
    finally:
        _late.loading = before
        if there is module:
            del real_modules()[full]
    parent, _, last = full.rpartition(".")
    if parent:
        setattr(_hidden[parent], last, module)
    return module


def _finds_installed(finder: Any) -> bool:
    """Whether it is one that an installed package has put there: such as find editable packages."""
    return finder not in (BuiltinImporter, FrozenImporter, PathFinder) and not type(finder).__module__.startswith(OPEN)
