"""Where this interpreter, its packages and vaas itself lie: what every host must be able to read, and no more.

Not ``sys.path`` as a whole: an editable install puts a checkout there, and beneath it may lie the platform's data.
"""

from __future__ import annotations

import mimetypes
import os
import sys
import sysconfig
from collections.abc import Iterable

from vaas import core

_INSTALLED = ("site-packages", "dist-packages")
_VAAS = os.path.dirname(os.path.dirname(core.__file__))
"""Where vaas lies. Found from the core alone: the package itself reaches the floors above."""


def paths() -> tuple[str, ...]:
    """Files, and folders with all beneath; some may not exist."""
    stdlib = sysconfig.get_path("stdlib")
    standard = (stdlib, sysconfig.get_path("platstdlib"), os.path.join(sys.base_prefix, "lib"))
    packages = (entry for entry in sys.path if os.path.basename(entry) in _INSTALLED or entry.endswith(".zip"))
    linked = os.path.join(stdlib, "sitecustomize.py")  # Debian's leads to /etc
    settings = (linked, os.path.join(sys.prefix, "pyvenv.cfg"), *map(str, mimetypes.knownfiles))
    return (*standard, *packages, *settings, _VAAS)


def programs() -> tuple[str, ...]:
    """The folders of the interpreter itself, for a host that may start one."""
    return tuple(os.path.dirname(path) for path in (sys.executable, os.path.realpath(sys.executable)))


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """The real paths of those that exist, without those that lie inside another."""
    kept: list[str] = []
    for path in sorted({os.path.realpath(path) for path in paths if os.path.exists(path)}):
        if not any(path.startswith(outer + os.sep) for outer in kept):
            kept.append(path)
    return tuple(kept)


def links(paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The symbolic links that are met on the way to these, and what each says."""
    found: dict[str, str] = {}
    waiting, seen = [os.path.abspath(path) for path in paths], set[str]()
    while waiting:
        path = waiting.pop()
        link = next((it for it in _ways(path) if os.path.islink(it)), None)
        if link is None or path in seen:
            continue
        seen.add(path)
        found[link] = os.readlink(link)
        target = os.path.join(os.path.dirname(link), found[link])
        waiting.append(os.path.normpath(target + path[len(link) :]))
    return tuple(sorted(found.items()))


def _ways(path: str) -> list[str]:
    """The folders on the way to a path, outermost first, and the path itself."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: count + 1]) for count in range(len(parts))]
