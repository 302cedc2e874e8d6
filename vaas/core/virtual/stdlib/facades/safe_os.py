"""``os`` for restricted code: the app's environment and the machine's folders, no more.

Each function is called on the open folder that holds the entry, by ``PathMap.place``; before that, its other arguments
become plain values, so that no code of the app's runs between the look at a path and the call. Next: ``safe_path.py``.
"""

from __future__ import annotations

import operator
import os
import posixpath
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from vaas.core.virtual.files import Access, exact_path, with_app_paths
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.facades.safe_path import os_path
from vaas.core.virtual.stdlib.facades.trusted import environment, working_folder
from vaas.core.virtual.stdlib.machine_view import MachineView

_CONSTANTS = """name sep altsep extsep pathsep linesep curdir pardir devnull defpath PathLike fspath fsdecode fsencode
error strerror stat_result terminal_size urandom cpu_count process_cpu_count getpid getuid geteuid getgid getegid F_OK
R_OK W_OK X_OK SEEK_SET SEEK_CUR SEEK_END"""
_MODE = 0o777
"""The bits of a file's mode that an app may set: no program of its is to run as another user."""


def os_(machine: MachineView) -> ModuleType:
    folders = PathFunctions(machine)
    constants = {name: getattr(os, name) for name in _CONSTANTS.split() if hasattr(os, name)}
    own = environment(machine.environ) | working_folder(machine) | {"path": os_path(machine)}
    return Facade("os", {**constants, **folders.on_entries(), **folders.on_trees(), **own})


class PathFunctions:
    """The functions of ``os`` that deal in paths, in one machine."""

    def __init__(self, machine: MachineView) -> None:
        self._machine = machine
        self._is_folder: Any = os_path(machine).isdir
        self._mkdir = _at(machine, os.mkdir, "w")
        self._rmdir = _at(machine, os.rmdir, "w", follow=False)

    def on_entries(self) -> dict[str, Any]:
        """Those that concern one entry of a folder, by name."""
        machine = self._machine
        unlink = _at(machine, os.unlink, "w", follow=False)
        return {
            "stat": _at(machine, _unfollowed(os.stat), "r"),
            "lstat": _at(machine, _unfollowed(os.stat), "r", follow=False),
            "access": _access(machine),
            "chmod": _at(machine, _chmod, "w"),
            "utime": _at(machine, _unfollowed(os.utime), "w"),
            "listdir": _at(machine, _listed, "r"),
            "truncate": _at(machine, _truncated, "w"),
            "mkdir": self._mkdir,
            "rmdir": self._rmdir,
            "unlink": unlink,
            "remove": unlink,
            "rename": _moving(machine, os.rename),
            "replace": _moving(machine, os.replace),
            "readlink": lambda path: _link(machine, exact_path(path)),
        }

    def on_trees(self) -> dict[str, Any]:
        """Those that concern what is above or below, by name."""
        return {"makedirs": self.makedirs, "removedirs": self.removedirs, "walk": self.walk}

    def makedirs(self, name: Any, mode: int = 0o777, exist_ok: bool = False) -> None:
        path = exact_path(name)
        above = posixpath.dirname(path.rstrip("/"))
        if above and not self._is_folder(above):
            self.makedirs(above, exist_ok=True)
        try:
            self._mkdir(path, mode)
        except FileExistsError:
            if not (exist_ok and self._is_folder(path)):
                raise

    def removedirs(self, name: Any) -> None:
        """Ends at the folder that the machine has."""
        path = exact_path(name).rstrip("/")
        self._rmdir(path)
        try:
            while path := posixpath.dirname(path):
                self._rmdir(path)
        except OSError:
            return

    def walk(self, top: Any, topdown: bool = True, onerror: Any = None) -> Iterator[Any]:
        return walk(self._machine, exact_path(top), topdown, onerror)


def walk(machine: MachineView, top: str, topdown: bool = True, onerror: Any = None) -> Iterator[Any]:
    """``os.walk`` over virtual folders: paths, names of folders, names of files. Links are not followed."""
    folders: list[str] = []
    files: list[str] = []
    try:
        for name, is_folder in with_app_paths(lambda: _scanned(machine, top), top):
            (folders if is_folder else files).append(name)
    except OSError as error:
        if onerror is not None:
            onerror(error)
        return
    if topdown:
        yield top, folders, files
    for name in folders:
        yield from walk(machine, posixpath.join(top, name), topdown, onerror)
    if not topdown:
        yield top, folders, files


def _at(machine: MachineView, function: Callable[..., Any], access: Access, follow: bool = True) -> Callable[..., Any]:
    def on_path(path: Any = ".", *args: Any, **options: Any) -> Any:
        if any(name.endswith("dir_fd") for name in options):
            raise NotImplementedError("descriptors are not for apps")
        text, values = exact_path(path), [_plain(it) for it in args]
        named = {name: _plain(it) for name, it in options.items()}
        through = follow and bool(named.pop("follow_symlinks", True))

        def call() -> Any:
            with machine.paths.place(text, access, follow=through) as (folder, name):
                return function(name, *values, dir_fd=folder, **named)

        return with_app_paths(call, text)

    return on_path


def _access(machine: MachineView) -> Callable[..., bool]:
    reading, writing = (_at(machine, _unfollowed(os.access), it) for it in ("r", "w"))

    def access(path: Any, mode: int, **options: Any) -> bool:
        how = operator.index(mode)
        try:
            return bool((writing if how & os.W_OK else reading)(path, how, **options))
        except PermissionError:
            return False

    return access


def _moving(machine: MachineView, function: Callable[..., None]) -> Callable[[Any, Any], None]:
    def move(src: Any, dst: Any) -> None:
        one, other = exact_path(src), exact_path(dst)

        def call() -> None:
            place = machine.paths.place
            with place(one, "w", follow=False) as (above, name), place(other, "w", follow=False) as (there, new):
                function(name, new, src_dir_fd=above, dst_dir_fd=there)

        with_app_paths(call, one, other)

    return move


def _plain(value: Any) -> Any:
    """The same as a plain value: what runs code when it is looked at has run it now."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (tuple, list)):
        return tuple([_plain(it) for it in value])
    return float.__float__(value) if isinstance(value, float) else operator.index(value)


def _unfollowed(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **options: function(*args, follow_symlinks=False, **options)


def _opened(name: str, flags: int, folder: int, use: Callable[[int], Any]) -> Any:
    descriptor = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        return use(descriptor)
    finally:
        os.close(descriptor)


def _listed(name: str, *, dir_fd: int) -> Any:
    return _opened(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd, os.listdir)


def _truncated(name: str, length: int, *, dir_fd: int) -> None:
    _opened(name, os.O_WRONLY, dir_fd, lambda descriptor: os.ftruncate(descriptor, length))


def _chmod(name: str, mode: int, *, dir_fd: int) -> None:
    _opened(name, os.O_RDONLY | os.O_NONBLOCK, dir_fd, lambda descriptor: os.fchmod(descriptor, mode & _MODE))


def _scanned(machine: MachineView, top: str) -> list[tuple[str, bool]]:
    def scan(descriptor: int) -> list[tuple[str, bool]]:
        with os.scandir(descriptor) as entries:
            return sorted((it.name, it.is_dir(follow_symlinks=False)) for it in entries)

    with machine.paths.place(top) as (folder, name):
        return list(_opened(name, os.O_RDONLY | os.O_DIRECTORY, folder, scan))


def _link(machine: MachineView, path: str) -> str:
    """Where a link leads, as the app knows it; one that leads elsewhere may not be read."""

    def call() -> str:
        machine.paths.real(path)
        with machine.paths.place(path, follow=False) as (folder, name):
            return machine.paths.seen(os.readlink(name, dir_fd=folder))

    return with_app_paths(call, path)
