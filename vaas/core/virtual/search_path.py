"""Where an app's own modules are looked for: the folders of its bundle that are on its ``sys.path``.

Folders are named as the app sees them, ``/app/src``. What lies elsewhere, and the bundle's ``_vendor``, is for the
interpreter's own import. Used by ``source.py``, which reads the modules.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

APP = "/app"
"""Where an app sees its own bundle."""

LIBRARY = "/"
"""Stands for the places of Python's own library on a ``sys.path``."""
VENDOR = "_vendor"
"""The folder of ``/app`` that holds third-party packages, of the bundle or of a layer: not the app's own code."""


class Root(NamedTuple):
    folder: str
    late: bool
    """Whether real modules of the same name come first, as they do on a ``sys.path`` that has them before it."""


class SearchPath:
    """Of one app. ``listed`` is its ``sys.path`` as it stands now, ``loaded`` the ``__path__`` of a package that has
    been imported: restricted code may have put anything there."""

    def __init__(
        self,
        folder: str | os.PathLike[str],
        listed: Callable[[], object] = lambda: [APP],
        loaded: Callable[[str], object] = lambda package: None,
        packages: bool = False,
    ) -> None:
        """``packages``: folders that packages were installed in are left to the interpreter's own import."""
        self._folder = os.path.abspath(folder)
        self._listed, self._loaded, self._packages = listed, loaded, packages
        self._project = project_folders(self._folder)

    def roots(self) -> list[Root]:
        """Where its top-level modules are, the first of a name being the one."""
        found = [*self._on_sys_path(), *[Root(it, late=True) for it in self._project]]
        return [it for n, it in enumerate(found) if it.folder not in [before.folder for before in found[:n]]]

    def below(self, package: str) -> list[Root] | None:
        """Where the modules of that package are, if it has been imported."""
        listed = self._loaded(package)
        if type(listed) not in (list, tuple):
            return None
        return [Root(it, late=False) for it in map(self.virtual, _texts(listed)) if it is not None]

    def virtual(self, entry: str) -> str | None:
        """The folder of the bundle that this entry of a ``sys.path`` means; None if it means none."""
        path = posixpath.normpath(posixpath.join(APP, entry))
        if _inside(path, self._folder):
            path = APP + path[len(self._folder) :]
        return path if _inside(path, APP) and not _inside(path, f"{APP}/{VENDOR}") else None

    def real(self, virtual: str) -> str:
        """The real folder, or file, of what ``virtual`` gave."""
        return self._folder + virtual[len(APP) :]

    def _on_sys_path(self) -> Iterator[Root]:
        late = False
        for entry in _texts(self._listed()):
            folder = self.virtual(entry)
            if folder is None or (folder != APP and self._packages and holds_packages(self.real(folder))):
                late = True
            else:
                yield Root(folder, late)


def project_folders(folder: str) -> list[str]:
    """Where a project keeps its packages by what is usual or by its ``pyproject.toml``, so that an installed one would
    be found: they are on no ``sys.path``, and come last."""
    named = [posixpath.normpath(posixpath.join(APP, it)) for it in ("src", *_declared(folder))]
    found = [it for it in dict.fromkeys(named) if it != APP and _inside(it, APP)]
    return [it for it in found if _is_plain_folder(folder + it[len(APP) :])]


def path_by_code(folder: str) -> list[str]:
    """A ``sys.path`` for code that is only looked at: where any file of the app adds to its path, all its folders may
    be on it. They come after Python's library: that one of them has a module ``types`` says nothing of Python's."""
    found = list(_folders_with_code(folder))
    if not any(_ADDS.search(text) for _, texts in found for text in texts):
        return [APP]
    return [APP, LIBRARY, *[f"{APP}/{os.path.relpath(it, folder)}" for it, _ in found if it != folder]]


def _folders_with_code(folder: str) -> Iterator[tuple[str, list[bytes]]]:
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(it for it in folders if it != VENDOR and not it.startswith((".", "__")))
        yield top, [Path(top, it).read_bytes() for it in files if it.endswith((".py", ".pth"))]


_ADDS = re.compile(rb"\bsys\.path\b|\baddsitedir\b|from sys import .*\bpath\b")


def folders_named(packages: str) -> list[str]:
    """The folders below that one which its ``.pth`` files add to a path. Their lines of code are not run."""
    if not os.path.isdir(packages):
        return []
    files = sorted(it for it in os.listdir(packages) if it.endswith(".pth"))
    lines = [line.strip() for it in files for line in Path(packages, it).read_text(errors="replace").splitlines()]
    named = [os.path.normpath(os.path.join(packages, it)) for it in lines if it and not it.startswith(("#", "import"))]
    return [it for it in dict.fromkeys(named) if it != packages and _inside(it, packages) and os.path.isdir(it)]


def holds_packages(real: str) -> bool:
    """Whether packages were installed there (``pip install -t lib``): they run once a process, native code and all."""
    try:
        return any(it.endswith(".dist-info") for it in os.listdir(real))
    except OSError:
        return False


def process_path(folder: str) -> list[str]:
    """The process's own ``sys.path``, with the folders of that app where they are when a program is run."""
    if APP not in sys.path:
        sys.path.insert(0, APP)
    sys.path += [it for it in project_folders(folder) if it not in sys.path]
    return sys.path


def _is_plain_folder(real: str) -> bool:
    """One with ``__init__.py`` is a package, and its modules are imported below its name."""
    return os.path.isdir(real) and not os.path.exists(os.path.join(real, "__init__.py"))


def _declared(folder: str) -> list[str]:
    try:
        with open(os.path.join(folder, "pyproject.toml"), "rb") as file:
            tool = tomllib.load(file).get("tool", {})
    except (OSError, ValueError):  # the manifest's reader complains of it
        return []
    return [it for read in _TOOLS for it in _safely(read, tool) if type(it) is str]


def _safely(read: Callable[[Any], list[Any]], tool: Any) -> list[Any]:
    with suppress(AttributeError, KeyError, TypeError):
        return list(read(tool))
    return []


_TOOLS: tuple[Callable[[Any], list[Any]], ...] = (
    lambda tool: tool["setuptools"]["packages"]["find"]["where"],
    lambda tool: [tool["setuptools"]["package-dir"][""]],
    lambda tool: [posixpath.dirname(it) for it in tool["hatch"]["build"]["targets"]["wheel"]["packages"]],
    lambda tool: tool["hatch"]["build"]["targets"]["wheel"]["sources"],
    lambda tool: [it["from"] for it in tool["poetry"]["packages"] if "from" in it],
    lambda tool: [tool["pdm"]["build"]["package-dir"]],
    lambda tool: [tool["uv"]["build-backend"]["module-root"]],
)
"""How the tools that build packages are told where these are."""


def _texts(listed: object) -> list[str]:
    """The entries that are exactly ``str``: a subclass could be another text each time it is looked at."""
    return [it for it in list(listed) if type(it) is str] if type(listed) in (list, tuple) else []  # type: ignore[call-overload]


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")
