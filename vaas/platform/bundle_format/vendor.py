"""Installs an app's dependencies for its bundle, once: the next pack with the same requirements finds them in a cache.

uv does it, or pip where there is no uv. What they write that tells of this machine or this minute is left out, so the
bundle stays reproducible. Used by ``pack.py``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import uv

from vaas.core.errors import InvalidInput, Unavailable
from vaas.platform.store import disk_errors

FORMAT = 1
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

LOCAL = re.compile(
    r"-[rce]\b|--requirement|--constraint|--editable|(-f|--find-links)(?!.*https?://)|\.{0,2}/|(.*@\s*)?file:"
)
"""A line that names a file, whose content the line does not tell: what it installs is installed every time."""

PROVIDED = re.compile(r"\s*vaas\s*($|[\[<>=!~;@#(])", re.IGNORECASE)
"""A line that asks for vaas: the platform brings it."""

KEPT = 30 * 86400.0
"""Seconds that an unused set of dependencies stays in the cache."""

PATIENCE = 15 * 60.0
"""Seconds an installation may take: a large package built from source takes minutes."""

LAST_LINES = 15


class InstallFailed(InvalidInput):
    """The app's dependencies cannot be installed. The installer says: {said}"""


class CacheUnusable(Unavailable):
    """The cache of installed dependencies cannot be used: {reason}"""


def vendored(folder: Path, requirements: str, cache: Path | None = None) -> dict[str, Path]:
    """The files of what these requirements of that app need, by their name below ``_vendor``; empty if nothing.

    Raises ``InstallFailed`` with the installer's last lines, ``CacheUnusable``.
    """
    lines = _lines(requirements)
    if not lines:
        return {}
    cache = cache or user_cache()
    local = any(LOCAL.match(line) for line in lines)
    installed = cache / _key(lines, folder.resolve() if local else None)
    try:
        if local or not installed.exists():
            _install(folder, lines, installed)
        os.utime(installed)
    except OSError as error:
        raise CacheUnusable(reason=f"{disk_errors.reason(error, cache)}.") from error
    return _files(installed)


def user_cache() -> Path:
    """Where this user's caches lie, as the XDG base directories have it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vaas" / "vendor"


def _lines(requirements: str) -> list[str]:
    """The lines that matter, each with its continuations; none if they only set options."""
    joined = requirements.replace("\r\n", "\n").replace("\\\n", " ").splitlines()
    lines = [line.strip() for line in joined if line.strip() and not line.lstrip().startswith("#")]
    wanted = [line for line in lines if not PROVIDED.match(line)]
    return wanted if any(LOCAL.match(line) or not line.startswith("-") for line in wanted) else []


def _key(lines: list[str], folder: Path | None) -> str:
    """Names what is installed: the same requirements for another Python or system are other files."""
    facts = [FORMAT, sys.version_info[:2], sysconfig.get_platform(), lines, str(folder or "")]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _install(folder: Path, lines: list[str], installed: Path) -> None:
    installed.parent.mkdir(parents=True, exist_ok=True)
    _forget_unused(installed.parent)
    with tempfile.TemporaryDirectory(dir=installed.parent, prefix=".", ignore_cleanup_errors=True) as beside:
        target = Path(beside, "new")
        _run_installer(folder, lines, target)
        target.mkdir(exist_ok=True)
        if installed.exists():
            installed.rename(Path(beside, "old"))
        target.rename(installed)


def _run_installer(folder: Path, lines: list[str], target: Path) -> None:
    # By the standard input, so that paths in them are the app's folder's, and nothing is written there.
    command = [*_installer(), "--target", str(target), "--requirement"]
    try:
        done = subprocess.run(
            [*command, "-" if "uv" in Path(command[0]).name else "/dev/stdin"],
            cwd=folder,
            input="\n".join(lines) + "\n",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InstallFailed(said=f"nothing for {PATIENCE:.0f} seconds, so it was stopped.") from None
    if done.returncode:
        raise InstallFailed(said="\n" + "\n".join(done.stdout.strip().splitlines()[-LAST_LINES:]))


def _installer() -> list[str]:
    """The command to install with, up to its target."""
    try:
        return [uv.find_uv_bin(), "pip", "install", "--python", sys.executable, "--link-mode", "copy", "--no-progress"]
    except FileNotFoundError:
        return [sys.executable, "-m", "pip", "install", "--no-compile", "--no-input", "--disable-pip-version-check"]


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
