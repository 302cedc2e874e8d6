"""The process that compiles the source of a layer, which is not ours: it writes nothing and has bounds.

Run by ``bytecode.py`` as a file, by an interpreter that imports Python's library alone. In: the names of files, with
NULs between them. Out: for each, in order, the length of its ``.pyc`` in four bytes and its content.
"""

from __future__ import annotations

import importlib.util
import marshal
import os
import resource
import sys

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space: compiling the largest modules known takes some 200 MB."""

SECONDS = 110
"""Of processor time."""

UNCHECKED_HASH = (1).to_bytes(4, "little")
"""Flags of a ``.pyc`` whose source is never looked at."""

NOBODY = 65534


def main(folder: str, seen: str) -> None:
    """``seen`` is where an app sees that folder: it stands in tracebacks."""
    names = sys.stdin.buffer.read().decode().split("\0")
    within = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)  # the way to it may be closed to another user
    _confine()
    out = sys.stdout.buffer
    for name in names:
        code = _compiled(within, name, f"{seen}/{name}")
        out.write(len(code).to_bytes(4, "little") + code)
    out.flush()


def parted(answer: bytes) -> list[bytes]:
    """What such a process has written, as far as it has come."""
    found, at = [], 0
    while at + 4 <= len(answer):
        end = at + 4 + int.from_bytes(answer[at : at + 4], "little")
        if end > len(answer):
            break
        found.append(answer[at + 4 : end])
        at = end
    return found


def _confine() -> None:
    os.nice(10)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(limit, (most, most))


def _compiled(folder: int, name: str, seen: str) -> bytes:
    try:
        with open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder), "rb") as stream:
            source = stream.read()
        code = compile(source, seen, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):  # who imports it is told
        return b""
    digest = importlib.util.source_hash(source)
    return importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + digest + marshal.dumps(code)


if __name__ == "__main__":
    main(*sys.argv[1:])
