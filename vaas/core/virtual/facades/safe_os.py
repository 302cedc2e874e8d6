"""``os``, ``os.path`` and ``shutil`` for restricted code: the app's environment and the machine's folders, no more."""

from __future__ import annotations

import os
import posixpath
import shutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vaas.core.virtual.facades.base import Facade
from vaas.core.virtual.facades.trusted import environment, working_folder
from vaas.core.virtual.files import Access

if TYPE_CHECKING:
    from vaas.core.virtual.machine import Machine

_CONSTANTS = """name sep altsep extsep pathsep linesep curdir pardir devnull PathLike fspath fsdecode fsencode error
urandom cpu_count"""
_READING = "listdir stat lstat access readlink"
_WRITING = "mkdir makedirs rmdir remove unlink utime truncate removedirs"
_PURE = """basename dirname join split splitext normpath normcase isabs commonpath commonprefix relpath sep pardir
curdir extsep"""
_ASKING = "isfile isdir islink ismount getsize getmtime getatime getctime"


def os_(machine: Machine) -> ModuleType:
    names: dict[str, Any] = {name: getattr(os, name) for name in _CONSTANTS.split()}
    names |= {name: _first(machine, getattr(os, name), "r") for name in _READING.split()}
    names |= {name: _first(machine, getattr(os, name), "w") for name in _WRITING.split()}
    names |= {name: _both(machine, getattr(os, name)) for name in ("rename", "replace")}
    names |= environment(machine.environ) | working_folder(machine)
    names["walk"] = lambda top, topdown=True: walk(machine, os.fspath(top))
    return Facade("os", {**names, "path": os_path(machine)})


def os_path(machine: Machine) -> ModuleType:
    """One object for ``os.path``, however it is reached."""
    if "os.path" not in machine.shown:
        machine.shown["os.path"] = _os_path(machine)
    return machine.shown["os.path"]


def _os_path(machine: Machine) -> ModuleType:
    names: dict[str, Any] = {name: getattr(posixpath, name) for name in _PURE.split()}
    names |= {name: _asked(machine, getattr(posixpath, name)) for name in _ASKING.split()}
    names["exists"] = names["lexists"] = _asked(machine, posixpath.lexists)
    names["abspath"] = names["realpath"] = names["expanduser"] = lambda path: _absolute(machine, path)
    return Facade("os.path", names)


def shutil_(machine: Machine) -> ModuleType:
    names: dict[str, Any] = {
        name: _from_to(machine, getattr(shutil, name)) for name in ("copyfile", "copy", "copy2", "copytree")
    }
    names["move"] = _both(machine, shutil.move)
    names["rmtree"] = _first(machine, shutil.rmtree, "w")
    names["disk_usage"] = _first(machine, shutil.disk_usage, "r")
    return Facade("shutil", {**names, "copyfileobj": shutil.copyfileobj, "Error": shutil.Error})


def walk(machine: Machine, top: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """``os.walk`` over virtual folders, from the top; links are not followed."""
    folders: list[str] = []
    files: list[str] = []
    try:
        entries = sorted(os.scandir(machine.paths.real(top)), key=lambda it: it.name)
    except OSError:
        return
    for entry in entries:
        (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
    yield top, folders, files
    for name in folders:
        yield from walk(machine, posixpath.join(top, name))


def _first(machine: Machine, function: Callable[..., Any], access: Access) -> Callable[..., Any]:
    def on_path(path: Any = ".", *args: Any, **options: Any) -> Any:
        _no_descriptors(options)
        return _named(path, lambda: function(machine.paths.real(path, access), *args, **options))

    return on_path


def _both(machine: Machine, function: Callable[..., Any]) -> Callable[..., Any]:
    def move(src: Any, dst: Any) -> Any:
        return _named(src, lambda: function(machine.paths.real(src, "w"), machine.paths.real(dst, "w")) and None)

    return move


def _from_to(machine: Machine, function: Callable[..., Any]) -> Callable[..., Any]:
    def copy(src: Any, dst: Any) -> Any:
        _named(src, lambda: function(machine.paths.real(src), machine.paths.real(dst, "w")))
        return dst

    return copy


def _asked(machine: Machine, function: Callable[..., Any]) -> Callable[..., Any]:
    def ask(path: Any) -> Any:
        try:
            real = machine.paths.real(path)
        except PermissionError:
            if function.__name__.startswith("get"):
                raise
            return False
        return _named(path, lambda: function(real))

    return ask


def _absolute(machine: Machine, path: Any) -> str:
    return posixpath.normpath(posixpath.join(machine.paths.cwd, os.fspath(path)))


def _no_descriptors(options: dict[str, Any]) -> None:
    if any(name.endswith("dir_fd") and value is not None for name, value in options.items()):
        raise NotImplementedError("descriptors are not for apps")


def _named(path: Any, call: Callable[[], Any]) -> Any:
    """An error of the call names the path that the app used, not the real one."""
    try:
        return call()
    except OSError as error:
        raise type(error)(error.errno, error.strerror, os.fspath(path)) from None
