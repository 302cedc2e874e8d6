"""Where an app's code comes from: a folder, or whatever finds ``Source`` by module name.

A ``SourceLoader`` is one method. The machine's importer asks it for each name the app imports; None means that
the app has no such module. Which folders: ``search_path.py``. Next: ``importer.py``.
"""

from __future__ import annotations

import errno
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from vaas.core.virtual.search_path import VENDOR, Root, SearchPath

_NO_NAME = re.compile("[/\0\ud800-\udfff]")
"""What would make a place of a name, or is in no name of a file. All else may be one, ``0001_initial`` too:
``import_module`` takes it."""

_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)


@dataclass(frozen=True, slots=True)
class Source:
    """One module's code, before it is compiled."""

    name: str
    file: str
    """As the app sees it: ``/app/models.py``; it stands in tracebacks. Of a folder without code, that folder."""
    text: bytes
    package: bool = False
    namespace: bool = False
    """A folder without ``__init__.py``."""
    late: bool = False
    """Whether it is one of last resort, after every real module of its top-level name."""
    folders: tuple[str, ...] = ()
    """Of a package, where its modules are; empty: in that of ``file``."""

    @property
    def path(self) -> list[str]:
        """What stands in ``__path__`` of that package."""
        return [*self.folders] or [self.file.removesuffix("/__init__.py")]


class SourceLoader(Protocol):
    def find(self, name: str) -> Source | None:
        """The code of the app's module ``name`` (dotted), or None if the app has no such module."""
        ...


class Entry(NamedTuple):
    """A module in a folder, for ``pkgutil``."""

    name: str
    package: bool


class FolderSource:
    """The modules of one bundle, read when they are asked for."""

    def __init__(self, folder: str | os.PathLike[str], search: SearchPath | None = None) -> None:
        self._search = search or SearchPath(folder)

    def find(self, name: str) -> Source | None:
        parts = name.split(".")
        if parts[0] == VENDOR or not all(parts) or _NO_NAME.search(name):
            return None
        portions: list[Root] = []
        for root in self._above(name):
            place = f"{root.folder}/{parts[-1]}"
            for tail, package in ((f"{place}/__init__.py", True), (f"{place}.py", False)):
                text = self._read(tail)
                if text is not None:
                    return Source(name, tail, text, package, late=root.late)
            if os.path.isdir(self._search.real(place)):
                portions.append(Root(place, root.late or len(parts) == 1))
        folders = tuple(it.folder for it in portions)
        return Source(name, folders[0], b"", True, True, portions[0].late, folders) if portions else None

    def entries(self, folder: str) -> Iterator[Entry]:
        """The modules and packages in that folder, as the app names it, by name."""
        virtual = self._search.virtual(folder)
        for name in self._names_in(virtual) if virtual is not None else ():
            stem, _, ending = name.partition(".")
            if ending == "py" and stem != "__init__":
                yield Entry(stem, False)
            elif not ending and os.path.isfile(self._search.real(f"{virtual}/{name}/__init__.py")):
                yield Entry(name, True)

    def _names_in(self, virtual: str) -> list[str]:
        try:
            return sorted(os.listdir(self._search.real(virtual)))
        except OSError:  # as pkgutil has it
            return []

    def _above(self, name: str) -> list[Root]:
        """Where that module's file would lie."""
        package = name.rpartition(".")[0]
        if not package:
            return self._search.roots()
        found = self._search.below(package)
        if found is not None:
            return found
        portions = []
        for root in self._above(package):
            place = f"{root.folder}/{package.rpartition('.')[2]}"
            real = self._search.real(place)
            if os.path.isfile(f"{real}/__init__.py"):
                return [Root(place, root.late)]
            if os.path.isfile(f"{real}.py"):
                return []
            if os.path.isdir(real):
                portions.append(Root(place, root.late or "." not in package))
        return portions

    def _read(self, file: str) -> bytes | None:
        try:
            # FileIO and not open(): the folder is a real one, whatever the process makes of virtual paths.
            with io.FileIO(self._search.real(file)) as stream:
                return stream.readall()
        except OSError as error:
            if error.errno in _ABSENT:
                return None
            failed = type(error)(error.errno, error.strerror, file)
        raise failed  # which tells nothing of the real folder
