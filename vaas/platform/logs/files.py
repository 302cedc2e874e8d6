"""Log files: one app's lines on disk, JSON, in numbered files of which the oldest make room for the newest.

Blocking; ``log_store.py`` calls it in one thread of its own, so that writes and the moments at which readers begin come
in one order."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from vaas.platform.store import private

PARTS = 4
"""Files that an app's share of the disk is divided into. The oldest goes as a whole, so three quarters remain."""


class Line(msgspec.Struct, frozen=True):
    """What people see of a line, and what lies on disk."""

    time: float
    """Seconds since the epoch."""
    release: str
    worker: int
    request: str
    """The id of the request that was being answered, if any."""
    stream: str
    """``stdout``, ``stderr`` or ``log``."""
    level: str
    text: str


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Line).decode


class Part(NamedTuple):
    """One file, and how much of it counts."""

    path: Path
    size: int
    written: float
    """When it was last written, in seconds since the epoch."""


class LogFiles:
    def __init__(self, folder: Path, limit: int) -> None:
        """``limit``: bytes at most, save for a single line that is longer than a part of that."""
        self._folder = folder
        self._limit = limit
        self._sizes: dict[int, int] = {}
        """By number of the file."""
        self._file: BinaryIO | None = None

    def write(self, lines: list[bytes]) -> None:
        """Appends encoded lines, each without its line feed. Raises ``OSError``; what is there stays readable."""
        try:
            for line in lines:
                self._roomy_file(len(line) + 1).write(line + b"\n")
                self._sizes[max(self._sizes)] += len(line) + 1
            if self._file is not None:
                self._file.flush()
        except OSError:
            self.close()
            raise

    def parts(self) -> list[Part]:
        """All there is now, the newest first. What is written later does not belong to it."""
        return [self._part(number) for number in sorted(self._numbers(), reverse=True)]

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def delete(self) -> None:
        self.close()
        for number in self._numbers():
            self._path(number).unlink(missing_ok=True)
        self._sizes.clear()
        if self._folder.is_dir():
            self._folder.rmdir()

    def _part(self, number: int) -> Part:
        stat = self._path(number).stat()
        return Part(self._path(number), stat.st_size, stat.st_mtime)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08d}.jsonl"

    def _numbers(self) -> list[int]:
        names = os.listdir(self._folder) if self._folder.is_dir() else []
        return [int(name[:8]) for name in names if name.endswith(".jsonl") and name[:8].isdigit()]

    def _roomy_file(self, more: int) -> BinaryIO:
        """The file to write so many bytes to: the newest, or a new one if that is full."""
        if self._file is None:
            self._file = self._newest()
        if self._sizes[newest := max(self._sizes)] and self._sizes[newest] + more > self._limit // PARTS:
            self.close()
            self._file = self._begin(newest + 1)
        return self._file

    def _newest(self) -> BinaryIO:
        private.folder(self._folder)
        self._sizes = {number: self._path(number).stat().st_size for number in self._numbers()}
        if not self._sizes:
            return self._begin(1)
        newest = max(self._sizes)
        file = self._open(newest)
        # A node that was killed may have left half a line: what comes now must not be glued to it.
        self._sizes[newest] += file.write(b"\n") if self._sizes[newest] else 0
        return file

    def _open(self, number: int) -> BinaryIO:
        return open(self._path(number), "ab", opener=private.opener)

    def _begin(self, number: int) -> BinaryIO:
        file = self._open(number)
        self._sizes[number] = 0
        while len(self._sizes) > 1 and sum(self._sizes.values()) > self._limit - self._limit // PARTS:
            self._path(oldest := min(self._sizes)).unlink(missing_ok=True)
            del self._sizes[oldest]
        return file
