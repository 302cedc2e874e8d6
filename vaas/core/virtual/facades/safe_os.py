"""``os`` and ``os.path`` for restricted code: the app's environment and the machine's folders, no more."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vaas.core.virtual.facades.base import Facade
from vaas.core.virtual.facades.trusted import environment, working_folder
from vaas.core.virtual.files import Access, exact_path, told

if TYPE_CHECKING:
    from vaas.core.virtual.machine import Machine

_CONSTANTS = """name sep altsep extsep pathsep linesep curdir pardir devnull PathLike fspath fsdecode fsencode error
urandom cpu_count F_OK R_OK W_OK X_OK"""
_READING = "listdir stat access"
_WRITING = "mkdir makedirs utime truncate"
_ENTRIES = "rmdir remove unlink"
_PURE = """basename dirname join split splitext normpath normcase isabs commonpath commonprefix sep pardir
curdir extsep"""
_ASKING = "isfile isdir ismount getsize getmtime getatime getctime"


def os_(machine: Machine) -> ModuleType:
    names: dict[str, Any] = {name: getattr(os, name) for name in _CONSTANTS.split()}
    names |= {name: _first(machine, getattr(os, name), "r") for name in _READING.split()}
    names |= {name: _first(machine, getattr(os, name), "w") for name in _WRITING.split()}
    names |= {name: _first(machine, getattr(os, name), "w", follow=False) for name in _ENTRIES.split()}
    names["lstat"] = _first(machine, os.lstat, "r", follow=False)
    names |= {name: _both(machine, getattr(os, name)) for name in ("rename", "replace")}
    names |= environment(machine.environ) | working_folder(machine)
    names["walk"] = lambda top, topdown=True, onerror=None: walk(machine, exact_path(top), topdown, onerror)
    names["removedirs"] = lambda name: _remove_empty(names["rmdir"], exact_path(name))
    names["readlink"] = lambda path: _link(machine, exact_path(path))
    return Facade("os", {**names, "path": os_path(machine)})


def os_path(machine: Machine) -> ModuleType:
    """One object for ``os.path``, however it is reached."""
    if "os.path" not in machine.shown:
        machine.shown["os.path"] = _os_path(machine)
    return machine.shown["os.path"]


def _os_path(machine: Machine) -> ModuleType:
    absolute = machine.paths.absolute

    def realpath(path: Any, *, strict: bool = False) -> str:
        try:
            return machine.paths.seen(machine.paths.real(path))
        except PermissionError:
            return absolute(path)

    def relpath(path: Any, start: Any = "") -> str:
        return posixpath.relpath(absolute(path), absolute(start))

    def expanduser(path: Any) -> str:
        text, home = exact_path(path), machine.environ.get("HOME", "")
        return home + text[1:] if home and (text == "~" or text.startswith("~/")) else text

    names: dict[str, Any] = {name: getattr(posixpath, name) for name in _PURE.split()}
    names |= {name: _asked(machine, getattr(posixpath, name)) for name in _ASKING.split()}
    names["islink"] = _asked(machine, posixpath.islink, follow=False)
    names["exists"] = _asked(machine, posixpath.lexists)
    names["lexists"] = _asked(machine, posixpath.lexists, follow=False)
    names |= {"abspath": absolute, "realpath": realpath, "relpath": relpath, "expanduser": expanduser}
    return Facade("os.path", names)


def walk(machine: Machine, top: str, topdown: bool = True, onerror: Any = None) -> Iterator[Any]:
    """``os.walk`` over virtual folders: paths, names of folders, names of files. Links are not followed."""
    folders: list[str] = []
    files: list[str] = []
    try:
        entries = told(lambda: sorted(os.scandir(machine.paths.real(top)), key=lambda it: it.name), top)
    except OSError as error:
        if onerror is not None:
            onerror(error)
        return
    for entry in entries:
        (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
    if topdown:
        yield top, folders, files
    for name in folders:
        yield from walk(machine, posixpath.join(top, name), topdown, onerror)
    if not topdown:
        yield top, folders, files


def _first(machine: Machine, function: Callable[..., Any], access: Access, follow: bool = True) -> Callable[..., Any]:
    def on_path(path: Any = ".", *args: Any, **options: Any) -> Any:
        _no_descriptors(options)
        text = exact_path(path)
        through = follow and bool(options.get("follow_symlinks", True))
        return told(lambda: function(machine.paths.real(text, access, follow=through), *args, **options), text)

    return on_path


def _both(machine: Machine, function: Callable[[str, str], None]) -> Callable[..., None]:
    def move(src: Any, dst: Any) -> None:
        one, other = exact_path(src), exact_path(dst)
        real = machine.paths.real
        told(lambda: function(real(one, "w", follow=False), real(other, "w", follow=False)), one, other)

    return move


def _asked(machine: Machine, function: Callable[[str], Any], follow: bool = True) -> Callable[..., Any]:
    def ask(path: Any) -> Any:
        text = exact_path(path)
        try:
            real = machine.paths.real(text, follow=follow)
        except PermissionError:
            if function.__name__.startswith("get"):
                raise
            return False
        return told(lambda: function(real), text)

    return ask


def _remove_empty(rmdir: Callable[[str], None], name: str) -> None:
    """``os.removedirs``, which ends at the folder that the machine has."""
    rmdir(name)
    try:
        while name.rstrip("/"):
            name = posixpath.dirname(name.rstrip("/"))
            rmdir(name)
    except OSError:
        return


def _link(machine: Machine, path: str) -> str:
    """Where a link leads, as the app knows it; one that leads elsewhere may not be read."""
    machine.paths.real(path)
    real = told(lambda: os.readlink(machine.paths.real(path, follow=False)), path)
    return machine.paths.seen(real)


def _no_descriptors(options: dict[str, Any]) -> None:
    if any(name.endswith("dir_fd") and value is not None for name, value in options.items()):
        raise NotImplementedError("descriptors are not for apps")
