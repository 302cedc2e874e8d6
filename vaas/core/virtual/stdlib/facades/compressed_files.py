"""``gzip``, ``bz2`` and ``lzma`` for restricted code: their files, over files that the machine opened or the app gave.

The real classes open files by themselves, and change what they are called with: so an app has one of its own, which
holds the real one in a slot that no subclass comes between.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from vaas.core.virtual.stdlib.facades.selection import selection
from vaas.core.virtual.stdlib.machine_view import MachineView

_MODES = ("r", "w", "x", "a")


class CompressedFile:
    """A file of one of the three modules, in binary."""

    __slots__ = ("__dict__", "__weakref__", "_real")

    @property
    def closed(self) -> bool:
        return bool(_of(self).closed)

    def close(self) -> None:
        _of(self).close()

    def read(self, size: int | None = -1) -> bytes:
        return bytes(_of(self).read(-1 if size is None else size))

    def read1(self, size: int = -1) -> bytes:
        return bytes(_of(self).read1(size))

    def readinto(self, buffer: Any) -> int:
        return int(_of(self).readinto(buffer))

    def readline(self, size: int = -1) -> bytes:
        return bytes(_of(self).readline(size))

    def readlines(self, hint: int = -1) -> list[bytes]:
        return list(_of(self).readlines(hint))

    def peek(self, size: int = -1) -> bytes:
        return bytes(_of(self).peek(size))

    def write(self, data: Any) -> int:
        return int(_of(self).write(data))

    def writelines(self, lines: Any) -> None:
        _of(self).writelines(lines)

    def flush(self) -> None:
        if self.writable():  # bz2's and lzma's have none of their own
            _of(self).flush()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(_of(self).seek(offset, whence))

    def tell(self) -> int:
        return int(_of(self).tell())

    def readable(self) -> bool:
        return bool(_of(self).readable())

    def writable(self) -> bool:
        return bool(_of(self).writable())

    def seekable(self) -> bool:
        return bool(_of(self).seekable())

    def isatty(self) -> bool:
        return False

    def __iter__(self) -> Iterator[bytes]:
        return iter(_of(self))

    def __enter__(self) -> CompressedFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


_real: Any = vars(CompressedFile)["_real"]


def _of(file: CompressedFile) -> Any:
    try:
        return _real.__get__(file)
    except AttributeError:
        raise ValueError("I/O operation on closed file") from None


class Opening:
    """How one module's files are opened, in one machine."""

    def __init__(self, machine: MachineView, make: Callable[..., Any]) -> None:
        self._machine, self._make = machine, make

    def file(self, shown: CompressedFile, filename: Any, mode: Any, given: Any = None, **options: Any) -> None:
        """Makes ``shown`` one over ``filename``, or over a file that is given in its place."""
        kind = ("rb" if mode is None else str.__str__(mode)).replace("b", "") or "r"
        if kind not in _MODES:
            raise ValueError(f"Invalid mode: {mode!r}")
        below = filename if given is None else given
        mine = isinstance(below, (str, bytes)) or hasattr(below, "__fspath__")
        opened = self._machine.open(below, f"{kind}b") if mine else below
        real = self._make(opened, f"{'w' if kind in 'xa' else kind}b", options)
        _real.__set__(shown, _Closing(real, opened) if mine else real)

    def text(self, shown: CompressedFile, mode: str, encoding: Any, errors: Any, newline: Any) -> Any:
        """What ``open`` of the module gives for that mode."""
        if "t" not in mode:
            return shown
        return io.TextIOWrapper(shown, encoding or "utf-8", errors, newline)


class _Closing:
    """A real file that closes the one below it, which the app did not open."""

    def __init__(self, real: Any, below: Any) -> None:
        self._real, self._below = real, below

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._real)

    def close(self) -> None:
        self._real.close()
        self._below.close()


def gzip_(machine: MachineView) -> ModuleType:
    opening = Opening(machine, lambda file, mode, options: gzip.GzipFile(fileobj=file, mode=mode, **options))

    class GzipFile(CompressedFile):
        def __init__(
            self, filename: Any = None, mode: Any = None, compresslevel: int = 9, fileobj: Any = None, mtime: Any = None
        ) -> None:
            opening.file(self, filename, mode, fileobj, compresslevel=compresslevel, mtime=mtime)

    def open(
        filename: Any,
        mode: str = "rb",
        compresslevel: int = 9,
        encoding: Any = None,
        errors: Any = None,
        newline: Any = None,
    ) -> Any:
        return opening.text(GzipFile(filename, mode.replace("t", ""), compresslevel), mode, encoding, errors, newline)

    return selection(machine, "gzip", GzipFile=GzipFile, open=open)


def bz2_(machine: MachineView) -> ModuleType:
    opening = Opening(machine, lambda file, mode, options: bz2.BZ2File(file, mode, **options))

    class BZ2File(CompressedFile):
        def __init__(self, filename: Any, mode: str = "r", *, compresslevel: int = 9) -> None:
            opening.file(self, filename, mode, compresslevel=compresslevel)

    def open(
        filename: Any,
        mode: str = "rb",
        compresslevel: int = 9,
        encoding: Any = None,
        errors: Any = None,
        newline: Any = None,
    ) -> Any:
        made = BZ2File(filename, mode.replace("t", ""), compresslevel=compresslevel)
        return opening.text(made, mode, encoding, errors, newline)

    return selection(machine, "bz2", BZ2File=BZ2File, open=open)


def lzma_(machine: MachineView) -> ModuleType:
    opening = Opening(machine, lambda file, mode, options: lzma.LZMAFile(file, mode, **options))  # noqa: SIM115

    class LZMAFile(CompressedFile):
        def __init__(self, filename: Any = None, mode: str = "r", **options: Any) -> None:
            opening.file(self, filename, mode, **options)

    def open(
        filename: Any,
        mode: str = "rb",
        *,
        encoding: Any = None,
        errors: Any = None,
        newline: Any = None,
        **options: Any,
    ) -> Any:
        return opening.text(LZMAFile(filename, mode.replace("t", ""), **options), mode, encoding, errors, newline)

    return selection(machine, "lzma", LZMAFile=LZMAFile, open=open)
