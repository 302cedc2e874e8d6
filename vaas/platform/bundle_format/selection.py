"""Which files of an app's folder belong into its bundle: what the manifest includes, less what it excludes.

Patterns mean what they mean in ``.gitignore``. What no app needs in its bundle is always left out. Used by ``pack.py``.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

from vaas.core.errors import InvalidInput
from vaas.platform.manifest.reader import ManifestFile

NEVER = (
    *(".git", ".hg", ".svn", ".jj", ".github", ".gitignore", ".gitattributes"),  # history, not the app
    *("__pycache__", "*.py[cod]", "*.egg-info"),  # made anew, and different on every machine
    *(".venv", "venv", "node_modules", ".tox", ".nox"),  # installed things; the app's own are in `_vendor`
    *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".coverage"),  # tools' notes
    *(
        ".idea",
        ".vscode",
        ".DS_Store",
        "Thumbs.db",
        "*~",
        ".#*",
        r"\#*#",
        "*.sw?",
        "*___jb_*",
    ),  # editors' and desktops'
    *(".env", ".env.*"),  # secrets of the developer's machine: settings and secrets are for those
    ".vaas",  # ours: data of `vaas dev`
)

DATABASES = tuple(f"*.{ending}" for ending in ("db", "db3", "s3db", "sl3", "sqlite", "sqlite3", "duckdb"))
BESIDE = tuple(f"{name}{ending}" for name in DATABASES for ending in ("-journal", "-wal", "-shm", ".wal"))
WRITTEN = ("*.log", "*.log.*", *DATABASES, *BESIDE)
"""What programs write while they run: of a developer's machine, and read-only in a bundle. ``include`` may name it."""


class LinkInApp(InvalidInput):
    """{path} is a symbolic link to {target}. A bundle has none: where it leads may be missing or private on the server.
    Put a copy in its place, or leave it out: `exclude` in {manifest}."""


class NotAFile(InvalidInput):
    """{path} is a pipe, a socket or a device. Remove it, or leave it out: `exclude` in {manifest}."""


class PatternInvalid(InvalidInput):
    """{pattern} in {manifest} is not a pattern of files: {reason} Write "tests/**" or "*.md", for example."""


class FolderUnreadable(InvalidInput):
    """{path} cannot be read: {reason}. Give the folder of an app, one that you can read."""


def selected(folder: Path, manifest: ManifestFile) -> dict[str, Path]:
    """The files by their name in the bundle. Raises ``LinkInApp`` and the other errors above."""
    written = _written(manifest, WRITTEN)
    found = {manifest.file: folder / manifest.file}  # whatever the patterns say: the node reads it there
    for name, entry in _included(folder, manifest):
        if written(name):
            continue
        _check_kind(entry, manifest)
        found[name] = Path(entry.path)
    return found


def databases_left_out(folder: Path, manifest: ManifestFile) -> list[str]:
    """Those that would be in the bundle if they were no databases: an app that opens one would miss it."""
    written = _written(manifest, DATABASES)
    return [name for name, _ in _included(folder, manifest) if written(name)]


def never_in_bundles(manifest: ManifestFile) -> Callable[[str], bool]:
    """Says of a name whether it is left out whatever ``exclude`` says, so that no change there makes another bundle."""
    never, written = _spec(NEVER, manifest), _written(manifest, WRITTEN)
    return lambda name: never.match_file(name) or written(name)


def _included(folder: Path, manifest: ManifestFile) -> Iterator[tuple[str, os.DirEntry[str]]]:
    include, exclude = _spec(manifest.include, manifest), _spec((*manifest.exclude, *NEVER), manifest)
    for name, entry in _walk(folder, "", exclude):
        if include.match_file(name) or (entry.is_symlink() and include.match_file(f"{name}/x")):
            yield name, entry


def _written(manifest: ManifestFile, patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a name is one of these, and none that ``include`` names: ``words.db`` and ``*.db`` do, ``data/**`` does
    not."""
    named = _spec(tuple(each for each in manifest.include if each.rpartition("/")[2].strip("*")), manifest)
    spec = _spec(patterns, manifest)
    return lambda name: spec.match_file(name) and not named.match_file(name)


def _walk(folder: Path | str, prefix: str, exclude: GitIgnoreSpec) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below but folders, and but what is excluded."""
    try:
        with os.scandir(folder) as entries:
            here = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise FolderUnreadable(path=folder, reason=error.strerror or error) from error
    for entry in here:
        name = f"{prefix}{entry.name}"
        is_folder = entry.is_dir(follow_symlinks=False)
        if exclude.match_file(f"{name}/" if is_folder else name):
            continue
        if not is_folder:
            yield name, entry
        elif not os.path.exists(os.path.join(entry.path, "pyvenv.cfg")):  # a virtual environment by any name
            yield from _walk(entry.path, f"{name}/", exclude)


def _check_kind(entry: os.DirEntry[str], manifest: ManifestFile) -> None:
    if entry.is_symlink():
        raise LinkInApp(path=entry.path, target=os.readlink(entry.path), manifest=manifest.file)
    if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
        raise NotAFile(path=entry.path, manifest=manifest.file)


def _spec(patterns: tuple[str, ...], manifest: ManifestFile) -> GitIgnoreSpec:
    for pattern in patterns:
        try:
            GitIgnoreSpec.from_lines([pattern])
        except (ValueError, re.error) as error:
            raise PatternInvalid(pattern=repr(pattern), manifest=manifest.file, reason=f"{error}.") from error
    return GitIgnoreSpec.from_lines(patterns)
