"""``pkgutil`` for restricted code: what modules its own packages have, and their files. Nothing is imported past the
machine."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

from vaas.core.restrict.safe_type import show
from vaas.core.virtual.search_path import APP
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView

ModuleInfo = namedtuple("ModuleInfo", "module_finder name ispkg")  # the finder is None: there is one way


def pkgutil_(machine: MachineView) -> ModuleType:
    def iter_modules(path: Iterable[str] | None = None, prefix: str = "") -> Iterator[Any]:
        seen = set[str]()
        for folder in _folders(machine, path):
            for name, package in machine.entries(folder):
                if name not in seen:
                    seen.add(name)
                    yield ModuleInfo(None, prefix + name, package)

    def walk_packages(path: Any = None, prefix: str = "", onerror: Callable[[str], Any] | None = None) -> Iterator[Any]:
        for info in iter_modules(path, prefix):
            yield info
            if info.ispkg and (below := _imported(machine, info.name, onerror)) is not None:
                yield from walk_packages(below.__path__, f"{info.name}.", onerror)

    def get_data(package: str, resource: str) -> bytes | None:
        place = getattr(machine.find_own(package), "__file__", None)
        if type(place) is not str:
            return None
        with machine.open(f"{place.rpartition('/')[0]}/{_beneath(resource)}", "rb") as file:
            return bytes(file.read())

    show(ModuleInfo)
    names = {"iter_modules": iter_modules, "walk_packages": walk_packages, "get_data": get_data}
    return Facade("pkgutil", {**names, "ModuleInfo": ModuleInfo})


def _folders(machine: MachineView, path: Iterable[str] | None) -> list[str]:
    if type(path) is str:
        raise ValueError("path must be None or list of paths to look for modules in")
    return [it for it in ([APP] if path is None else path) if type(it) is str]


def _imported(machine: MachineView, name: str, onerror: Callable[[str], Any] | None) -> ModuleType | None:
    try:
        return machine.load(name)
    except ImportError:
        if onerror is not None:
            onerror(name)
    except Exception:
        if onerror is None:
            raise
        onerror(name)
    return None


def _beneath(resource: str) -> str:
    if type(resource) is not str or resource.startswith("/") or ".." in resource.split("/"):
        raise ValueError("a resource is named by its path below the package")
    return resource
