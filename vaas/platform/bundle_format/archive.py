"""Opens a bundle that may come from an enemy: every entry is looked at before a single one is read.

What goes on is a zip of plain files, within limits, whose names stay inside. Used by ``unpack.py``, and by the API
before a release is recorded.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, NamedTuple

from vaas.core.errors import InvalidInput
from vaas.core.units import format_size
from vaas.platform.bundle_format import names

MB = 1024 * 1024
CHUNK = 256 * 1024


class Limits(NamedTuple):
    """What unpacking a bundle may take."""

    bundle: int = 256 * MB
    """Bytes of the zip: several times the largest common dependencies (numpy and pandas: 80 MB)."""
    total: int = 1024 * MB
    """Bytes of all files together: four times the zip, as much as deflate saves on code."""
    files: int = 20_000
    """Files and folders: a large app with its dependencies has some 5,000."""
    ratio: int = 100
    """Bytes out of each byte in: code gets to 10 at most, a bomb to 1,000."""
    ratio_from: int = 10 * MB
    """Bytes of all files together from which the ratio counts: a small file of blanks is no bomb."""


LIMITS = Limits()

END = struct.Struct("<4s4H2LH")
"""A zip's last record: its mark, disks (2) and entries (2), size and place of the directory, length of the comment."""
END_MARK, ZIP64_MARK = b"PK\x05\x06", b"PK\x06\x07"
ZIP64_SIZE = 20
ENTRY_SIZE = 46
"""Bytes of a directory entry without its name."""


class BundleRefused(InvalidInput):
    """The bundle is refused: {problem} Pack it again with `vaas deploy`."""

    def __init__(self, problem: str, entry: str = "") -> None:
        super().__init__(problem=problem, entry=entry)


@contextmanager
def opened(bundle: Path | IO[bytes], limits: Limits = LIMITS) -> Iterator[zipfile.ZipFile]:
    """The zip, once everything about it has been looked at; a file given stays open. Raises ``BundleRefused``."""
    with open(bundle, "rb") if isinstance(bundle, Path) else nullcontext(bundle) as file:
        with _translated():
            _check_directory(file, limits)
            archive = zipfile.ZipFile(file)
        with archive:
            _check_entries(archive.infolist(), limits)
            yield archive


def chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """One file's data; never more than its entry says, and its checksum is looked at. Raises ``BundleRefused``."""
    with _translated(info.filename), archive.open(info) as file:
        while data := file.read(CHUNK):
            yield data


def _check_directory(file: IO[bytes], limits: Limits) -> None:
    """Before zipfile reads the directory into memory: that it is of bearable size."""
    size = file.seek(0, os.SEEK_END)
    if size > limits.bundle:
        raise BundleRefused(f"it is larger than {format_size(limits.bundle)}.")
    start = max(0, size - END.size - 65535 - ZIP64_SIZE)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(END_MARK)
    if place < 0 or place + END.size > len(tail):
        raise BundleRefused("it is not a zip file.")
    if tail[max(0, place - ZIP64_SIZE) :].startswith(ZIP64_MARK):
        raise BundleRefused("it is a zip64 file, which only archives of more than 4 GB need.")
    _, _, _, _, count, directory, _, _ = END.unpack_from(tail, place)
    if count > limits.files or directory > limits.files * (ENTRY_SIZE + names.MAX_NAME):
        raise BundleRefused(f"it has more than {limits.files} files.")


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.files:
        raise BundleRefused(f"it has more than {limits.files} files.")
    taken = names.Taken(limits.files)
    for info in entries:
        name = info.orig_filename  # zipfile cuts `filename` at a NUL
        why = names.refusal(name) or _refusal(info) or taken.refusal(name)
        if why:
            raise BundleRefused(f"the entry {name!r} {why}.", name)
    _check_sizes(entries, limits)


def _refusal(info: zipfile.ZipInfo) -> str | None:
    """Why this entry is not a plain file or folder, as what follows its name in a sentence."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "is a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a device, a pipe or a socket"
    if (kind == stat.S_IFDIR) != info.is_dir() and kind:
        return "is a file and a folder at once"
    if info.flag_bits & 0x41:
        return "is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed by a method other than deflate"
    if info.is_dir() and info.file_size:
        return "is a folder with content"
    return None


def _check_sizes(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    total, packed = sum(info.file_size for info in entries), sum(info.compress_size for info in entries)
    largest = max(entries, key=lambda info: info.file_size, default=None)
    name = largest.filename if largest else ""
    if total > limits.total:
        why = f"its files have {format_size(total)} together, more than {format_size(limits.total)}"
        raise BundleRefused(f"{why}; the largest is {name!r}.", name)
    if total > limits.ratio_from and total > packed * limits.ratio:
        why = f"its files are more than {limits.ratio} times as large as the zip"
        raise BundleRefused(f"{why}, as in a bomb; the largest is {name!r}.", name)


@contextmanager
def _translated(name: str = "") -> Iterator[None]:
    """The seam: zipfile's errors become ours."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, ValueError) as error:
        where = f"the entry {name!r}" if name else "it"
        raise BundleRefused(f"{where} is damaged ({error}).", name) from error
