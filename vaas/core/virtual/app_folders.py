"""The app's folders on ``sys.path`` and in ``__path__``, as Python's import system and ``pkgutil`` ask about them.

``/app/models`` is a folder of this app's machine and perhaps of no file system. So a path hook answers for all of
``/app``: with the modules of the machine that the asking thread is bound to, found by the machine and run by it alone.
Were such a folder real, the interpreter's own finder would run restricted code as it stands. Installed by
``core/virtual/machine.py``; the other way to an app's modules is ``AppFinder`` in ``thread_binding.py``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec

from vaas.core.virtual.search_path import APP, VENDOR, holds_packages
from vaas.core.virtual.thread_binding import bound, find_own_spec

_VAAS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_REAL = (_VAAS, sys.prefix, sys.base_prefix)
"""Folders that are the process's own, though a node were installed in ``/app``."""


class AppFolder:
    """The finder for one of these folders, whichever app asks."""

    def __init__(self, path: str) -> None:
        if not _inside(path, APP) or any(_inside(path, it) for it in (f"{APP}/{VENDOR}", *_REAL)):
            raise ImportError("not a folder of an app", path=path)
        if os.path.isfile(path):  # runpy asks, before it runs it as a script
            raise ImportError("not a folder", path=path)
        if _is_within_packages(path):
            raise ImportError("a folder of packages", path=path)
        self.path = path

    def find_spec(self, fullname: str, target: object = None) -> ModuleSpec | None:
        return find_own_spec(fullname)

    def iter_modules(self, prefix: str = "") -> Iterator[tuple[str, bool]]:
        """What ``pkgutil.iter_modules`` asks a finder for: names, and whether each is a package."""
        machine = bound()
        for name, package in machine.entries(self.path) if machine is not None else ():
            yield prefix + name, package

    def invalidate_caches(self) -> None:
        """It keeps nothing."""


def install() -> None:
    """For ever, before every other hook; safe to repeat."""
    if AppFolder not in sys.path_hooks:
        sys.path_hooks.insert(0, AppFolder)
        for path in [it for it in sys.path_importer_cache if _inside(it, APP)]:
            del sys.path_importer_cache[path]


def _is_within_packages(path: str) -> bool:
    """Whether packages were installed there or above: where the kernel knows that folder by this name."""
    while path != APP:
        if holds_packages(path):
            return True
        path = os.path.dirname(path)
    return False


def _inside(path: object, folder: str) -> bool:
    return isinstance(path, str) and (path == folder or path.startswith(f"{folder}/"))
