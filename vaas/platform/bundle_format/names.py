"""Which names a bundle's files may have. The same for packing and unpacking: what is packed, unpacks everywhere. Pure.

Used by ``pack.py`` and ``archive.py``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

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


class Place(NamedTuple):
    name: str
    inside: dict[str, Place] | None
    """What lies in this folder, by the name that others may not have; None for a file."""


class Taken:
    """The places taken so far, as a file system sees them that does not keep case and accents apart."""

    def __init__(self, most: int) -> None:
        """``most`` files and folders together: a few long names could ask for millions of folders."""
        self._root: dict[str, Place] = {}
        self._most = most
        self._count = 0

    def refusal(self, name: str) -> str | None:
        """Takes this name and the folders around it; or says, as above, what is in its way."""
        *folders, last = name.removesuffix("/").split("/")
        here = self._root
        for folder in folders:
            place = self._take(here, folder, {})
            if place.name != folder:
                return f"lies in {folder!r}, which differs from {place.name!r} in case or accents alone"
            if place.inside is None:
                return "lies in a folder that is a file as well"
            here = place.inside
        return self._last(here, last, {} if name.endswith("/") else None)

    def _last(self, here: dict[str, Place], name: str, inside: dict[str, Place] | None) -> str | None:
        before = self._count
        place = self._take(here, name, inside)
        if place.name != name:
            return f"differs from {place.name!r} in case or accents alone"
        if (place.inside is None) != (inside is None):
            return "is a file and a folder at once"
        if inside is None and self._count == before:
            return "is there twice"
        if self._count > self._most:
            return f"is one too many: there are more than {self._most} files and folders"
        return None

    def _take(self, here: dict[str, Place], name: str, inside: dict[str, Place] | None) -> Place:
        new = Place(name, inside)
        place = here.setdefault(_folded(name), new)
        self._count += place is new
        return place


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
