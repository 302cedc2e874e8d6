"""``os.path`` for restricted code: questions about the machine's folders; the rest is words."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable
from types import ModuleType
from typing import Any

from vaas.core.virtual.files import exact_path, told
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView

_PURE = """basename dirname join split splitext normpath normcase isabs commonpath commonprefix sep pardir
curdir extsep"""


def os_path(machine: MachineView) -> ModuleType:
    """One object for ``os.path``, however it is reached."""
    if "os.path" not in machine.shown:
        machine.shown["os.path"] = _os_path(machine)
    return machine.shown["os.path"]


def _os_path(machine: MachineView) -> ModuleType:
    absolute = machine.paths.absolute

    def facts(path: Any, *, follow: bool = True) -> Any:
        text = exact_path(path)

        def call() -> Any:
            with machine.paths.place(text, follow=follow) as (folder, name):
                return os.stat(name, dir_fd=folder, follow_symlinks=False)

        return told(call, text)

    def whether(is_so: Callable[[int], bool], *, follow: bool = True) -> Callable[[Any], bool]:
        def ask(path: Any) -> bool:
            try:
                return is_so(facts(path, follow=follow).st_mode)
            except (OSError, ValueError):
                return False

        return ask

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

    def samefile(one: Any, other: Any) -> bool:
        return posixpath.samestat(facts(one), facts(other))

    names: dict[str, Any] = {name: getattr(posixpath, name) for name in _PURE.split()}
    names |= {f"get{name}": _one(facts, f"st_{name}") for name in ("size", "mtime", "atime", "ctime")}
    names |= {
        "exists": whether(lambda mode: True),
        "lexists": whether(lambda mode: True, follow=False),
        "isfile": whether(stat.S_ISREG),
        "isdir": whether(stat.S_ISDIR),
        "islink": whether(stat.S_ISLNK, follow=False),
        "ismount": lambda path: absolute(path) in [it.virtual for it in machine.paths.mounts],
        "samefile": samefile,
        "abspath": absolute,
        "realpath": realpath,
        "relpath": relpath,
        "expanduser": expanduser,
    }
    return Facade("os.path", names)


def _one(facts: Callable[[Any], Any], name: str) -> Callable[[Any], Any]:
    return lambda path: getattr(facts(path), name)
