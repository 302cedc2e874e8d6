"""Unpacks a bundle into a folder: whole or not at all, as often as one likes, read-only. Blocking: call it in a thread.

The files are written beside their place and then renamed into it, so a folder of that name is always complete. One that
lost files (to a power cut, or to a person) is seen and replaced. What a bundle may hold: ``archive.py``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from vaas.core.errors import Unavailable
from vaas.core.units import format_size
from vaas.platform.bundle_format.archive import LIMITS, BundleRefused, Limits, chunks, opened
from vaas.platform.store import disk_errors, private

MODE = 0o444
"""Of every file: the app's own user may read it, and no user may write to it."""

FOLDER_MODE = 0o755
"""Of every folder: the platform alone adds and removes."""

PART = ".part"
"""How the folders end that are being unpacked into."""

MAX_READ = 1024 * 1024
"""Bytes of one file at most that ``read_from_bundle`` takes into memory."""

MAX_TOGETHER = 32 * MAX_READ
"""Of all files together: a thousand packages describe themselves in 10 MB."""


class UnpackFailed(Unavailable):
    """The bundle cannot be unpacked: {reason}"""


def unpack(
    bundle: Path | IO[bytes],
    folder: Path,
    limits: Limits = LIMITS,
    *,
    finish: Callable[[Path], None] = lambda folder: None,
) -> int:
    """Makes that folder with the bundle's files and returns their number; a complete one is left as it is. ``finish``
    may add files before it is in its place.

    Raises ``BundleRefused``, and ``UnpackFailed`` if the disk does not take it. Nothing is left of a failure.
    """
    with _translated(folder), opened(bundle, limits) as archive:
        files = [info for info in archive.infolist() if not info.is_dir()]
        if not _complete(files, folder):
            _unpack(archive, files, folder, finish)
        return len(files)


def sweep(parent: Path) -> None:
    """Removes what unpackings left in that folder that were killed. Not while one is under way there."""
    for path in parent.glob(f".*{PART}"):
        shutil.rmtree(path, ignore_errors=True)


def read_from_bundle(bundle: Path | IO[bytes], names: Iterable[str], limits: Limits = LIMITS) -> dict[str, bytes]:
    """Those of the named files that the bundle has, after the whole bundle has been looked at as for ``unpack``.

    Raises ``BundleRefused``, also for one of more than ``MAX_READ`` bytes, or for more than ``MAX_TOGETHER``.
    """
    with opened(bundle, limits) as archive:
        wanted = set(names)
        found = [info for info in archive.infolist() if info.filename in wanted]
        if sum(info.file_size for info in found) > MAX_TOGETHER:
            raise BundleRefused(f"what describes its packages is larger than {format_size(MAX_TOGETHER)}.")
        return {info.filename: _read(archive, info) for info in found}


def names_in_bundle(bundle: Path | IO[bytes], limits: Limits = LIMITS) -> list[str]:
    """The names of its files, after the same look at it. Raises ``BundleRefused``."""
    with opened(bundle, limits) as archive:
        return [info.filename for info in archive.infolist() if not info.is_dir()]


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > MAX_READ:
        raise BundleRefused(f"{info.filename!r} is larger than {format_size(MAX_READ)}.", info.filename)
    return b"".join(chunks(archive, info))


def _complete(files: list[zipfile.ZipInfo], folder: Path) -> bool:
    try:
        return folder.is_dir() and all((folder / info.filename).stat().st_size == info.file_size for info in files)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _unpack(
    archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], folder: Path, finish: Callable[[Path], None]
) -> None:
    private.make(folder.parent, disk_errors.WAY)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.", suffix=PART) as beside:
        made = Path(beside, "new")
        made.mkdir()
        for info in files:
            _write(archive, info, made / info.filename)
        os.chmod(beside, disk_errors.WAY)  # who finishes it may be another user
        _open_folders(made)
        finish(made)
        _open_folders(made)
        _exchange(made, files, folder, Path(beside, "old"))


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        for data in chunks(archive, info):
            file.write(data)
        os.fchmod(descriptor, MODE)


def _open_folders(made: Path) -> None:
    for path, _, _ in os.walk(made):
        os.chmod(path, FOLDER_MODE)


def _exchange(made: Path, files: list[zipfile.ZipInfo], folder: Path, old: Path) -> None:
    """Puts the new folder in its place; what was there, incomplete, goes away with the temporary one."""
    try:
        _place(made, files, folder)
    except OSError:  # it does not go over a folder with files: only an incomplete one is moved away for it
        with suppress(FileNotFoundError):
            folder.rename(old)
        _place(made, files, folder)


def _place(made: Path, files: list[zipfile.ZipInfo], folder: Path) -> None:
    """Renames, unless another unpacking was faster with the same: its folder stays, as hosts may run from it."""
    try:
        made.rename(folder)
    except OSError:
        if not _complete(files, folder):
            raise


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """The seam: the system's errors become ours."""
    try:
        yield
    except OSError as error:
        raise UnpackFailed(reason=f"{disk_errors.reason(error, folder.parent)}.") from error
