"""What a layer is made from, as a key: as long as none of it has changed, nothing is resolved or installed again.

The lines of the requirements, the files that they name, the installer's settings, and for which Python and system. Used
by ``build_layer.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vaas.platform.bundle_format.local_sources import document, table
from vaas.platform.bundle_format.target import Target

FORMAT = 3
"""Of what lies in the cache: raise it when the installer's options or what is left out of a layer change."""

LOCAL = re.compile(r"(?:-c|--constraint|-f|--find-links)[\s=]*(?!https?://)(\S.*)")
"""A line that names files whose content it does not tell."""

SETTINGS = re.compile(
    r"UV_(INDEX.*|DEFAULT_INDEX|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|CONSTRAINT|OVERRIDE|EXCLUDE_NEWER|PRERELEASE"
    r"|RESOLUTION|NO_BINARY|ONLY_BINARY)|PIP_(INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|CONSTRAINT)"
)
"""Variables of the environment that change what requirements resolve to."""

OWN = "uv.toml"
"""A file of the app's folder from which uv has settings, instead of pyproject.toml."""


def key_of(lines: list[str], folder: Path, target: Target) -> str:
    """A name for what is made from these, 64 hex digits."""
    variables = sorted((name, value) for name, value in os.environ.items() if SETTINGS.fullmatch(name))
    facts = [FORMAT, target, lines, [_content(path) for path in _named(lines, folder)], _settings(folder), variables]
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()


def _named(lines: Iterable[str], folder: Path) -> list[Path]:
    """The files and folders of this machine that options among the lines name."""
    found = [match[1].strip("'\"") for line in lines if (match := LOCAL.fullmatch(line))]
    return [folder / (unquote(urlsplit(it).path) if it.startswith("file:") else it) for it in found]


def _content(path: Path) -> Sequence[object]:
    """Tells one content of it from another: a file by its bytes, wheels in a folder by their size and time."""
    if path.is_file():
        return [hashlib.sha256(path.read_bytes()).hexdigest()]
    if not path.is_dir():
        return []
    with os.scandir(path) as entries:
        return sorted([it.name, it.stat().st_size, it.stat().st_mtime_ns] for it in entries if it.is_file())


def _settings(folder: Path) -> list[object]:
    """uv's, which it reads from the app's folder."""
    own = (folder / OWN).read_text() if (folder / OWN).is_file() else ""
    return [own, table(document(folder), "tool", "uv")]
