"""``os`` and ``open`` for code that deals in real paths too: trusted apps, and a whole process that serves one app.

What is under ``/app``, ``/data`` and ``/tmp`` is translated; all else is left as it is, for the kernel layer to judge.
Next: ``core/virtual/stdlib/facades/trusted.py``.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import os
import sys
from collections.abc import Callable
from typing import Any

from vaas.core.virtual.files import PathMap
from vaas.core.words import words

_open = io.open  # the real one, before this file replaces it

ONE_PATH = tuple(
    words(
        """open stat lstat listdir scandir mkdir makedirs rmdir remove unlink chmod utime truncate access readlink
        chdir mkfifo statvfs removexattr listxattr getxattr setxattr chown lchown removedirs"""
    )
)
"""Functions of ``os`` whose first argument is a path."""
TWO_PATHS = ("rename", "replace", "link", "renames")
"""Those whose first two are. A symlink's first is what it says, not a place: only its second is translated."""
_FIRST = ("path", "file", "name", "src", "old", "database")
_SECOND = ("dst", "new")
_real = {name: getattr(os, name) for name in (*ONE_PATH, *TWO_PATHS, "symlink", "getcwd") if hasattr(os, name)}


def path_functions(paths: PathMap) -> dict[str, Callable[..., Any]]:
    """``os`` functions that understand virtual paths, for code that deals in real ones too, by name."""
    counts = {**dict.fromkeys(ONE_PATH, (0,)), **dict.fromkeys(TWO_PATHS, (0, 1)), "symlink": (1,)}
    found = {name: _pathwise(_real[name], at, paths) for name, at in counts.items() if name in _real}
    return {**found, "getcwd": lambda: paths.seen(_real["getcwd"]())}


def install_process_paths(paths: PathMap) -> None:
    """Makes this process's own ``os``, ``io.open`` and ``sqlite3`` translate ``/app``, ``/data`` and ``/tmp``.

    Once, by a process that serves one app: pathlib, tempfile, shutil and third-party packages follow, since they call
    these. What C code opens by itself is not translated; the kernel layer holds it all the same.
    """
    _process.mounts, _process.cwd, _process.strict, _process.keep = paths.mounts, paths.cwd, paths.strict, paths.keep
    for module, functions in translated().items():
        vars(sys.modules[module]).update(functions)
    tempfile = sys.modules.get("tempfile")
    if tempfile is not None:  # imported before, it has kept the real os.unlink: give it the real folder
        vars(tempfile)["tempdir"] = paths.loose("/tmp")


_process = PathMap(())
"""The paths of this process, once they are installed."""


@functools.cache
def translated() -> dict[str, dict[str, Callable[..., Any]]]:
    """The functions that ``install_process_paths`` installs, by module. A zygote makes them, for all hosts."""
    opening = {"open": _pathwise(_open, (0,), _process)}
    made = {"os": path_functions(_process), "io": opening, "builtins": opening}
    with contextlib.suppress(ImportError):  # Python can be built without
        # Now, and not when the app imports it: a package may do that, later and by itself.
        for name in ("sqlite3", "sqlite3.dbapi2"):
            made[name] = {"connect": _pathwise(importlib.import_module(name).connect, (0,), _process)}
    return made


def _pathwise(function: Callable[..., Any], at: tuple[int, ...], paths: PathMap) -> Callable[..., Any]:
    """``function`` with the paths at these places translated, given by place or by name."""
    by_name = {name: place for place, names in ((0, _FIRST), (1, _SECOND)) if place in at for name in names}

    @functools.wraps(function)
    def translated(*args: Any, **options: Any) -> Any:
        def real(place: int, path: Any) -> Any:
            folder = options.get(_descriptor(function.__name__, place))
            return paths.loose(path) if folder is None else _below(folder, path, paths)

        placed = [real(place, it) if place in at else it for place, it in enumerate(args)]
        return function(*placed, **{k: real(by_name[k], it) if k in by_name else it for k, it in options.items()})

    return translated


def _descriptor(function: str, place: int) -> str:
    """The option that gives the folder which the path at that place is relative to."""
    if function in TWO_PATHS:
        return ("src_dir_fd", "dst_dir_fd")[place]
    return "dir_fd"


def _below(folder: int, path: Any, paths: PathMap) -> Any:
    """``path`` as it is meant beside an open folder. Without dots it lies beneath, where the kernel finds it alone."""
    text = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else "/"
    if text.startswith("/"):
        return paths.loose(path)
    if ".." not in text.split("/"):
        return path
    virtual = os.path.join(paths.seen(_real["readlink"](f"/proc/self/fd/{folder}")), text)
    return paths.loose(os.fsencode(virtual) if isinstance(os.fspath(path), bytes) else virtual)
