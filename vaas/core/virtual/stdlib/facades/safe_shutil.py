"""``shutil`` for restricted code, over the machine's own ``os`` and ``open``: no real path, no real function of ``os``.

What a link leads to is looked at for each file, not only at the top of a tree.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from types import ModuleType
from typing import Any

from vaas.core.virtual.files import exact_path
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView


class TreeFunctions:
    """The functions of ``shutil``, in one machine."""

    def __init__(self, machine: MachineView) -> None:
        self._machine, self._os = machine, machine.load("os")
        self._path: Any = machine.load("os.path")

    def copyfile(self, src: Any, dst: Any, *, follow_symlinks: bool = True) -> Any:
        if self._path.realpath(src) == self._path.realpath(dst):
            raise shutil.SameFileError(f"{exact_path(src)!r} and {exact_path(dst)!r} are the same file")
        with self._machine.open(src, "rb") as source, self._machine.open(dst, "wb") as target:
            shutil.copyfileobj(source, target)
        return dst

    def copy(self, src: Any, dst: Any, *, follow_symlinks: bool = True) -> Any:
        target = self._path.join(dst, self._path.basename(src)) if self._path.isdir(dst) else dst
        return self.copyfile(src, target)

    def copy2(self, src: Any, dst: Any, *, follow_symlinks: bool = True) -> Any:
        target, facts = self.copy(src, dst), self._os.stat(src)
        self._os.utime(target, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        return target

    def copytree(
        self,
        src: Any,
        dst: Any,
        symlinks: bool = False,
        ignore: Callable[[str, list[str]], Any] | None = None,
        copy_function: Callable[..., Any] | None = None,
        ignore_dangling_symlinks: bool = False,
        dirs_exist_ok: bool = False,
    ) -> Any:
        names = self._os.listdir(src)
        left_out = set(ignore(exact_path(src), names)) if ignore is not None else set()
        self._os.makedirs(dst, exist_ok=dirs_exist_ok)
        failed: list[Any] = []
        for name in names:
            one, other = self._path.join(src, name), self._path.join(dst, name)
            try:
                if name in left_out:
                    continue
                if self._path.isdir(one):
                    self.copytree(one, other, ignore=ignore, copy_function=copy_function, dirs_exist_ok=dirs_exist_ok)
                else:
                    (copy_function or self.copy2)(one, other)
            except shutil.Error as error:
                failed.extend(error.args[0])
            except OSError as error:
                failed.append((one, other, str(error)))
        if failed:
            raise shutil.Error(failed)
        return dst

    def move(self, src: Any, dst: Any, copy_function: Any = None) -> Any:
        if self._path.isdir(dst):
            dst = self._path.join(dst, self._path.basename(exact_path(src).rstrip("/")))
            if self._path.lexists(dst):
                raise shutil.Error(f"Destination path {dst!r} already exists")
        try:
            self._os.rename(src, dst)
        except OSError:
            if not self._path.isdir(src):
                (copy_function or self.copy2)(src, dst)
                self._os.unlink(src)
            else:
                self.copytree(src, dst, copy_function=copy_function)
                self.rmtree(src)
        return dst

    def rmtree(
        self, path: Any, ignore_errors: bool = False, onerror: Any = None, *, onexc: Any = None, dir_fd: None = None
    ) -> None:
        def remove(function: Callable[[Any], Any], at: Any) -> Any:
            try:
                return function(at)
            except OSError as error:
                if onexc is not None:
                    onexc(function, at, error)
                elif onerror is not None:
                    onerror(function, at, (type(error), error, None))
                elif not ignore_errors:
                    raise
                return None

        if self._path.islink(path):
            raise OSError("Cannot call rmtree on a symbolic link")
        if (names := remove(self._os.listdir, path)) is None:
            return
        for name in names:
            below = self._path.join(path, name)
            if self._path.isdir(below) and not self._path.islink(below):
                self.rmtree(below, ignore_errors, onerror, onexc=onexc)
            else:
                remove(self._os.unlink, below)
        remove(self._os.rmdir, path)

    def disk_usage(self, path: Any) -> Any:
        text = exact_path(path)
        self._os.stat(text)
        with self._machine.paths.place(text) as (folder, _):
            return shutil.disk_usage(folder)


def _terminal_size(machine: MachineView, fallback: tuple[int, int]) -> os.terminal_size:
    """What the environment says; an app has no terminal."""
    said = [machine.environ.get(name, "") for name in ("COLUMNS", "LINES")]
    return os.terminal_size([int(it) if it.isdecimal() and int(it) else fallback[n] for n, it in enumerate(said)])


def shutil_(machine: MachineView) -> ModuleType:
    trees = TreeFunctions(machine)
    names = ("copyfile", "copy", "copy2", "copytree", "move", "rmtree", "disk_usage")
    plain = ("copyfileobj", "ignore_patterns", "Error", "SameFileError")
    own: dict[str, Any] = {name: getattr(trees, name) for name in names}
    own["get_terminal_size"] = lambda fallback=(80, 24): _terminal_size(machine, fallback)  # no partial: it has args
    return Facade("shutil", {**own, **{name: getattr(shutil, name) for name in plain}})
