"""What trusted code sees of ``os``, ``sys``, ``io`` and ``importlib``: the real ones, with the app's own arguments and
streams; and where the process is not the app's alone, or the kernel does not know the app's folders by their names,
with its own environment, working folder and paths."""

from __future__ import annotations

import importlib
import io
import os
import posixpath
import sys
from collections.abc import Callable, MutableMapping
from types import ModuleType
from typing import Any

from vaas.core.virtual.process_paths import path_functions
from vaas.core.virtual.stdlib.facades.base import Proxy
from vaas.core.virtual.stdlib.machine_view import MachineView

_ASKING = ["exists", "lexists", "isfile", "isdir", "islink", "ismount", "getsize", "getmtime", "getatime", "getctime"]


def os_(machine: MachineView) -> ModuleType:
    if machine.paths.kernel_s and machine.environ is os.environ:
        return os
    return Proxy(
        os,
        {
            **path_functions(machine.paths),
            **({} if machine.environ is os.environ else environment(machine.environ)),
            **working_folder(machine),
            "path": os_path(machine),
        },
    )


def os_path(machine: MachineView) -> ModuleType:
    """One object for ``os.path`` however it is reached."""
    if "os.path" not in machine.shown:
        machine.shown["os.path"] = _os_path(machine)
    return machine.shown["os.path"]


def _os_path(machine: MachineView) -> ModuleType:
    if machine.paths.kernel_s:
        return posixpath
    loose = machine.paths.loose

    def asking(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda path: function(loose(path))

    names: dict[str, Any] = {name: asking(getattr(posixpath, name)) for name in _ASKING}
    names["abspath"] = lambda path: posixpath.normpath(posixpath.join(machine.paths.cwd, os.fspath(path)))
    return Proxy(posixpath, names)


def sys_(machine: MachineView) -> ModuleType:
    return ShownSys(
        sys,
        {
            "argv": list(machine.argv),
            **({} if machine.path is sys.path else {"path": machine.path}),
            "stdin": io.StringIO(),
            "stdout": machine.stdout,
            "stderr": machine.stderr,
            "__stdout__": machine.stdout,
            "__stderr__": machine.stderr,
        },
    )


class ShownSys(Proxy):
    """``sys``: what decides how modules are found is the interpreter's, unless this app has one of its own."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in ("path", "path_hooks", "meta_path") and name not in vars(self):
            setattr(sys, name, value)
        else:
            super().__setattr__(name, value)


def io_(machine: MachineView) -> ModuleType:
    return io if machine.paths.kernel_s else Proxy(io, {"open": machine.open})


def importlib_(machine: MachineView) -> ModuleType:
    return Proxy(importlib, {"import_module": importer_of(machine)})


def environment(environ: MutableMapping[str, str]) -> dict[str, Any]:
    """The names of ``os`` that deal with ``environ``."""
    return {
        "environ": environ,
        "getenv": environ.get,
        "putenv": environ.__setitem__,
        "unsetenv": lambda name: environ.pop(name, None),
    }


def working_folder(machine: MachineView) -> dict[str, Any]:
    """``os.getcwd`` and ``os.chdir``, of this app alone."""
    paths = machine.paths

    def chdir(path: Any) -> None:
        target = posixpath.normpath(posixpath.join(paths.cwd, os.fspath(path)))
        real = paths.real(target)
        if not os.path.isdir(real):
            raise NotADirectoryError(20, "Not a directory", target)
        paths.cwd = target

    return {"getcwd": lambda: paths.cwd, "chdir": chdir}


def importer_of(machine: MachineView) -> Callable[..., ModuleType]:
    """``importlib.import_module`` by the machine's decisions."""

    def import_module(name: str, package: str | None = None) -> ModuleType:
        level = len(name) - len(name.lstrip("."))
        if level and not package:
            raise TypeError(f"the 'package' argument is required to import {name!r}")
        return machine.import_(name[level:], {"__package__": package}, None, ("",), level)

    return import_module
