"""Installs an app's dependencies for its bundle, once: the next pack with the same requirements finds them in a cache.

uv does it, or pip where there is no uv (``installer.py``). A local folder is built first, from its content
(``local_packages.py``). What installers write that tells of this machine or this minute is left out, so the bundle
stays reproducible. Used by ``pack.py``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from vaas.core.errors import Unavailable
from vaas.platform.bundle_format.installer import install
from vaas.platform.bundle_format.local_packages import as_wheels
from vaas.platform.bundle_format.local_sources import sources
from vaas.platform.bundle_format.module_names import write_module_names
from vaas.platform.bundle_format.requirement_lines import Line, by_name, read_lines
from vaas.platform.bundle_format.wheel_file import normalized
from vaas.platform.manifest.reader import REQUIREMENTS
from vaas.platform.store import disk_errors

FORMAT = 2
"""Of what lies in the cache: raise it when the installer's options or ``NOISE`` change."""

NOISE = re.compile(
    r"""bin/.*                                                       # scripts that name this machine's Python
    | \.lock                                                         # the installer's own
    | (.*/)?__pycache__/.*
    | [^/]+\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_cache\.json|uv_build\.json)
    """,
    re.VERBOSE,
)
"""Files that installing leaves and a bundle does not want."""

LOCAL = re.compile(r"(-c|--constraint|-f|--find-links)\b(?!.*https?://)")
"""A line that names files whose content it does not tell: what it installs is installed every time."""

WHEELS = "wheels"
"""Below the cache: wheels of local folders, by their content."""

KEPT = 30 * 86400.0
"""Seconds that an unused set of dependencies stays in the cache."""


class CacheUnusable(Unavailable):
    """The cache of installed dependencies cannot be used: {reason}"""


def vendored(folder: Path, requirements: str, cache: Path | None = None) -> dict[str, Path]:
    """The files of what these requirements of that app need, by their name below ``_vendor``; empty if nothing.

    Raises ``InstallFailed`` with the installer's last lines, ``CacheUnusable``.
    """
    lines = _lines(requirements, folder.resolve())
    if all(line.text.startswith("-") for line in lines):
        return {}
    cache = (cache or user_cache()).absolute()
    try:
        local = any(LOCAL.match(line.text) for line in lines)
        texts = as_wheels(lines, folder, cache / WHEELS)
        installed = cache / _key(texts, folder.resolve() if local else None)
        if local or not installed.exists():
            _install(folder, texts, installed)
        os.utime(installed)
    except OSError as error:
        raise CacheUnusable(reason=f"{disk_errors.reason(error, cache)}.") from error
    return _files(installed)


def user_cache() -> Path:
    """Where this user's caches lie, as the XDG base directories have it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vaas" / "vendor"


def _lines(requirements: str, folder: Path) -> list[Line]:
    """Those of the requirements; where pyproject.toml lists them, it may say that one is a local folder."""
    lines = read_lines(requirements, folder)
    if (folder / REQUIREMENTS).is_file():
        return lines
    local = {normalized(name): path for name, path in sources(folder).items()}
    return [line if line.path else by_name(line, local) for line in lines]


def _key(lines: list[str], folder: Path | None) -> str:
    """Names what is installed: the same requirements for another Python or system are other files."""
    facts = [FORMAT, sys.version_info[:2], sysconfig.get_platform(), lines, str(folder or "")]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _install(folder: Path, lines: list[str], installed: Path) -> None:
    installed.parent.mkdir(parents=True, exist_ok=True)
    _forget_unused(installed.parent)
    with tempfile.TemporaryDirectory(dir=installed.parent, prefix=".", ignore_cleanup_errors=True) as beside:
        target = Path(beside, "new")
        install(folder, lines, target)
        target.mkdir(exist_ok=True)
        write_module_names(target)
        if installed.exists():
            installed.rename(Path(beside, "old"))
        target.rename(installed)


def _files(installed: Path) -> dict[str, Path]:
    found = {}
    for path, _, names in os.walk(installed):
        for name in names:
            file = Path(path, name)
            relative = file.relative_to(installed).as_posix()
            if not NOISE.fullmatch(relative):
                found[relative] = file
    return found


def _forget_unused(cache: Path) -> None:
    for entry in cache.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another pack of this user was faster
            if entry.stat().st_mtime < time.time() - KEPT:
                shutil.rmtree(entry)
