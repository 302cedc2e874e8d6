"""Files of restricted code, opened in steps that no link, no renaming meanwhile and no library's call leads elsewhere.

A path that was looked at can lead elsewhere a moment later: another thread renames a folder, or an argument's own
``__index__`` does. So every folder on the way is opened from the one above it, and none may be a link. And a file's own
class opens nothing: a library that calls ``type(file)(path)`` gets a refusal. Used by ``files.py``.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

# The real ones: see files.py.
_open, _close, _fstat = os.open, os.close, os.fstat
_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", 0)
_FLAGS = {"r": os.O_RDONLY, "w": os.O_CREAT | os.O_TRUNC, "x": os.O_CREAT | os.O_EXCL, "a": os.O_CREAT | os.O_APPEND}
_KEY = object()


class Raw(io.FileIO):
    """The unbuffered part of a file. Only this page makes one."""

    def __init__(self, key: object, descriptor: int, mode: str) -> None:
        if key is not _KEY:
            raise PermissionError(errno.EACCES, "not for this app: open files by open()")
        super().__init__(descriptor, mode)


@contextmanager
def folder_of(root: str, path: str) -> Iterator[tuple[int, str]]:
    """The open folder that holds ``path``, and its name there. ``root`` is a folder above it, or it itself."""
    *folders, name = [it for it in path[len(root) :].split("/") if it] or ["."]
    descriptor = _open(root, _FOLDER & ~os.O_NOFOLLOW)
    try:
        for folder in folders:
            above, descriptor = descriptor, _open(folder, _FOLDER, dir_fd=descriptor)
            _close(above)
        yield descriptor, name
    finally:
        _close(descriptor)


def open_below(
    root: str,
    path: str,
    said: str,
    mode: str,
    buffering: int,
    encoding: str | None,
    errors: str | None,
    newline: str | None,
) -> IO[Any]:
    """``open`` of the real ``path`` below ``root``; the file says that its name is ``said``. All types are exact."""
    kind = _checked(mode, buffering, encoding, errors, newline)
    flags = _FLAGS[kind] | (os.O_RDWR if "+" in mode else os.O_RDONLY if kind == "r" else os.O_WRONLY)
    with folder_of(root, path) as (folder, name):
        descriptor = _open(name, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666, dir_fd=folder)
    try:
        raw = Raw(_KEY, descriptor, f"{kind}{'+' if '+' in mode else ''}")
    except OSError:  # it is a folder
        _close(descriptor)
        raise
    try:
        raw.name = said
        return _wrapped(raw, mode, buffering, encoding, errors, newline)
    except BaseException:
        raw.close()
        raise


def _checked(mode: str, buffering: int, encoding: str | None, errors: str | None, newline: str | None) -> str:
    """How the file is opened: ``r``, ``w``, ``x`` or ``a``."""
    kinds = [it for it in mode if it in "rwxa"]
    if set(mode) - set("rwxabt+") or len(set(mode)) < len(mode):
        raise ValueError(f"invalid mode: {mode!r}")
    if "b" in mode and "t" in mode:
        raise ValueError("can't have text and binary mode at once")
    if len(kinds) != 1:
        raise ValueError("must have exactly one of create/read/write/append mode")
    for name, value in (("encoding", encoding), ("errors", errors), ("newline", newline)):
        if "b" in mode and value is not None:
            raise ValueError(f"binary mode doesn't take an {name} argument")
    if buffering == 0 and "b" not in mode:
        raise ValueError("can't have unbuffered text I/O")
    return kinds[0]


def _wrapped(raw: Raw, mode: str, buffering: int, encoding: Any, errors: Any, newline: Any) -> IO[Any]:
    if buffering == 0:
        return cast(IO[Any], raw)
    facts = _fstat(raw.fileno())
    size = buffering if buffering > 1 else max(getattr(facts, "st_blksize", 0), io.DEFAULT_BUFFER_SIZE)
    made: Any = io.BufferedRandom if "+" in mode else io.BufferedReader if "r" in mode else io.BufferedWriter
    buffer = made(raw, size)
    if "b" in mode:
        return buffer  # type: ignore[no-any-return]
    text = io.TextIOWrapper(buffer, io.text_encoding(encoding), errors, newline, buffering == 1)
    text.mode = mode  # type: ignore[misc]  # as io.open does
    return text
