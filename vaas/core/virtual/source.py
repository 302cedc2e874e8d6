"""Where an app's code comes from: a folder, or whatever finds ``Source`` by module name.

A ``SourceLoader`` is one method. The machine's importer asks it for each name the app imports; None means that
the app has no such module. Next: ``importer.py``.
"""

from __future__ import annotations

import errno
import io
import os
from dataclasses import dataclass
from typing import Protocol

APP = "/app"
"""Where an app sees its own bundle."""

VENDOR = "_vendor"
"""The folder of the bundle that holds third-party packages: not the app's own code."""

_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)


@dataclass(frozen=True, slots=True)
class Source:
    """One module's code, before it is compiled."""

    name: str
    file: str
    """As the app sees it: ``/app/models.py``; it stands in tracebacks."""
    text: bytes
    package: bool = False
    namespace: bool = False
    """A folder without ``__init__.py``: a package of last resort, after every real module of that name."""


class SourceLoader(Protocol):
    def find(self, name: str) -> Source | None:
        """The code of the app's module ``name`` (dotted), or None if the app has no such module."""
        ...


class FolderSource:
    """The modules of one folder, read when they are asked for."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = os.fspath(folder)

    def find(self, name: str) -> Source | None:
        parts = name.split(".")
        if parts[0] == VENDOR or not all(part.isidentifier() for part in parts):
            return None
        rest = "/".join(parts)
        for tail, package in ((f"{rest}/__init__.py", True), (f"{rest}.py", False)):
            text = self._read(tail)
            if text is not None:
                return Source(name, f"{APP}/{tail}", text, package)
        if os.path.isdir(os.path.join(self._folder, rest)):
            return Source(name, f"{APP}/{rest}", b"", package=True, namespace=True)
        return None

    def _read(self, tail: str) -> bytes | None:
        try:
            # FileIO and not open(): the folder is a real one, whatever the process makes of virtual paths.
            with io.FileIO(os.path.join(self._folder, tail)) as file:
                return file.readall()
        except OSError as error:
            if error.errno in _ABSENT:
                return None
            failed = type(error)(error.errno, error.strerror, f"{APP}/{tail}")
        raise failed  # which tells nothing of the real folder
