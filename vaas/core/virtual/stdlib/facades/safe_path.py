"""``os.path`` for restricted code: questions about the machine's folders; the rest is words."""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Callable
from types import ModuleType
from typing import Any

from vaas.core.virtual.files import exact_path, with_app_paths
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView

_PURE = """basename dirname join split splitext splitdrive splitroot normpath normcase isabs commonpath commonprefix
samestat sep altsep pardir curdir extsep pathsep defpath devnull supports_unicode_filenames isjunction"""
_VARIABLE = re.compile(r"\$(?:(\w+)|\{([^}]*)\})", re.ASCII)


def os_path(machine: MachineView) -> ModuleType:
    """One object for ``os.path``, however it is reached."""
    if "os.path" not in machine.shown:
        words = {name: getattr(posixpath, name) for name in _PURE.split() if hasattr(posixpath, name)}
        machine.shown["os.path"] = Facade("os.path", {**words, **PathQueries(machine).by_name()})
    return machine.shown["os.path"]


class PathQueries:
    """The functions of ``os.path`` that ask about folders or the environment, in one machine."""

    def __init__(self, machine: MachineView) -> None:
        self._machine, self._paths = machine, machine.paths
        self._absolute = machine.paths.absolute

    def by_name(self) -> dict[str, Any]:
        facts = {f"get{name}": self._fact(f"st_{name}") for name in ("size", "mtime", "atime", "ctime")}
        modes = {
            "exists": self._whether(lambda mode: True),
            "lexists": self._whether(lambda mode: True, follow=False),
            "isfile": self._whether(stat.S_ISREG),
            "isdir": self._whether(stat.S_ISDIR),
            "islink": self._whether(stat.S_ISLNK, follow=False),
        }
        names = ("ismount", "samefile", "realpath", "relpath", "expanduser", "expandvars")
        return {**facts, **modes, "abspath": self._absolute, **{name: getattr(self, name) for name in names}}

    def ismount(self, path: Any) -> bool:
        return self._absolute(path) in [it.virtual for it in self._paths.mounts]

    def samefile(self, one: Any, other: Any) -> bool:
        return posixpath.samestat(self._facts(one), self._facts(other))

    def realpath(self, path: Any, *, strict: bool = False) -> str:
        try:
            return self._paths.seen(self._paths.real(path))
        except PermissionError:
            return self._absolute(path)

    def relpath(self, path: Any, start: Any = "") -> str:
        return posixpath.relpath(self._absolute(path), self._absolute(start))

    def expanduser(self, path: Any) -> str:
        text, home = exact_path(path), self._machine.environ.get("HOME", "")
        return home + text[1:] if home and (text == "~" or text.startswith("~/")) else text

    def expandvars(self, path: Any) -> str:
        environ = self._machine.environ
        return _VARIABLE.sub(lambda found: environ.get(found[1] or found[2] or "", found[0]), exact_path(path))

    def _facts(self, path: Any, *, follow: bool = True) -> Any:
        text = exact_path(path)

        def call() -> Any:
            with self._paths.place(text, follow=follow) as (folder, name):
                return os.stat(name, dir_fd=folder, follow_symlinks=False)

        return with_app_paths(call, text)

    def _whether(self, is_so: Callable[[int], bool], *, follow: bool = True) -> Callable[[Any], bool]:
        def ask(path: Any) -> bool:
            try:
                return is_so(self._facts(path, follow=follow).st_mode)
            except (OSError, ValueError):
                return False

        return ask

    def _fact(self, name: str) -> Callable[[Any], Any]:
        return lambda path: getattr(self._facts(path), name)
