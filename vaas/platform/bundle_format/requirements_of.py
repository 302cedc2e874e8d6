"""Where an app's requirements stand: in its ``uv.lock``, in its ``requirements.txt``, or in its ``pyproject.toml``; the
first that is there.

A lock is read by uv itself, which says what is in it as lines of a requirements file: once for each lock, since what it
says is kept in a cache. Used by ``build_layer.py``; what becomes of a line, ``requirement_lines.py``.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from vaas.platform.bundle_format.installer import exported
from vaas.platform.bundle_format.local_sources import PROJECT, document, elsewhere, sources, table, workspace_of
from vaas.platform.bundle_format.requirement_lines import Line, by_name, read_lines
from vaas.platform.bundle_format.wheel_file import normalized
from vaas.platform.manifest.reader import REQUIREMENTS

LOCK = "uv.lock"
EXPORTS = "exports"
"""Below the cache: what uv says of locks, by their content."""


def lines_of(folder: Path, requirements: str, cache: Path) -> list[Line]:
    """Those of the app in that folder; ``requirements`` are the ones that its manifest gives.

    Raises ``InstallFailed``, OSError.
    """
    if (lock := lock_of(folder)) is not None:
        return read_lines(_exported(folder, lock, cache / EXPORTS), folder)
    lines = read_lines(requirements, folder)
    if (folder / REQUIREMENTS).is_file():
        return lines
    local = {normalized(name): path for name, path in sources(folder).items()}
    remote = {normalized(name): address for name, address in elsewhere(folder).items()}
    return [line if line.path else by_name(line, local, remote) for line in lines]


def lock_of(folder: Path) -> Path | None:
    """The ``uv.lock`` of the project in that folder, or of the workspace that it is a member of."""
    if not table(document(folder), "project"):
        return None
    places = (folder, workspace_of(folder))
    return next((place / LOCK for place in places if place is not None and (place / LOCK).is_file()), None)


def _exported(folder: Path, lock: Path, cache: Path) -> str:
    inputs = [lock.read_bytes(), (folder / PROJECT).read_bytes(), (lock.parent / PROJECT).read_bytes()]
    digests = [hashlib.sha256(data).hexdigest() for data in (os.fsencode(folder), *inputs)]
    file = cache / hashlib.sha256("".join(digests).encode()).hexdigest()
    if not file.is_file():
        text = exported(folder)
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=cache, delete=False) as new:
            new.write(text)
        os.replace(new.name, file)
    return file.read_text()
