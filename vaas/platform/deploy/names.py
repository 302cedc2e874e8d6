"""Which names a bundle's files may have. The same for packing and unpacking: what is packed, unpacks everywhere. Pure.

Used by ``pack.py`` and ``archive.py``.
"""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 1024
"""Bytes of a path at most: a quarter of Linux's limit, so that a deep folder to unpack into leaves room."""

MAX_PART = 255
"""Bytes of one part of a path at most: the limit of every common file system."""


def refusal(name: str) -> str | None:
    """Why a file of a bundle cannot have this name, as what follows the name in a sentence; None if it can."""
    parts = name.removesuffix("/").split("/")
    try:
        longest, length = max(len(part.encode()) for part in parts), len(name.encode())
    except UnicodeEncodeError:
        return "has a name that is not Unicode"
    reasons = {
        "has no name": not name,
        "has a NUL in its name": "\0" in name,
        "has a control character in its name": any(unicodedata.category(each) == "Cc" for each in name),
        "has a backslash in its name": "\\" in name,
        "begins with a drive letter": re.match(r"[A-Za-z]:", name) is not None,
        "is an absolute path": name.startswith("/"),
        "leads out of the bundle by '..'": ".." in parts,
        "has an empty part, or '.', in its path": "" in parts or "." in parts,
        f"has a path of more than {MAX_NAME} bytes": length > MAX_NAME,
        f"has a part of more than {MAX_PART} bytes in its path": longest > MAX_PART,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


class Taken:
    """The names taken so far, as a file system sees them that does not keep case and accents apart."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        self._is_folder: dict[str, bool] = {}

    def refusal(self, name: str) -> str | None:
        """Takes this name and the folders around it; or says, as above, what is in its way."""
        path = name.removesuffix("/")
        parts = path.split("/")
        folders = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
        for each in (*folders, path):
            other = self._paths.setdefault(_folded(each), each)
            if other != each:
                return f"differs from {other!r} in case or accents alone"
        if not all(self._is_folder.setdefault(each, True) for each in folders):
            return "lies in a folder that is a file as well"
        is_folder = name.endswith("/")
        if path in self._is_folder and is_folder != self._is_folder[path]:
            return "is a file and a folder at once"
        if path in self._is_folder and not is_folder:
            return "is there twice"
        self._is_folder[path] = is_folder
        return None


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
