"""Bytecode of a layer: compiled once, kept beside its source, valid by what it is and not by when it was written.

Its files never change, so the interpreter need not look at them again (PEP 552, unchecked). Compiling takes many
seconds of a large layer, so it happens in processes of their own, ranked below what serves; and the source may be
anybody's, so these have little memory, no right to write, and a limit of time. What does not come back in time, or
cannot be compiled, is compiled by whoever imports it. Called by ``layers.py``; the process: ``compiling.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import cache_from_source
from pathlib import Path

from vaas.core.confine.plan import PACKAGES
from vaas.platform.reconciler import compiling

PATIENCE = 120.0
"""Seconds for all files of a layer: ten times what pandas and matplotlib take on a slow machine."""

MODE = 0o444
LEFT_OUT = "tests"
"""The folders of packages' own tests: a third of the files of a scientific layer, and imported by no app."""


class Compiler:
    """Compiles layers, in threads that may be several; ``close`` ends what is under way."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def write_bytecode(self, folder: Path) -> None:
        """Adds ``__pycache__`` folders to those of that folder's modules that can be compiled. Raises OSError."""
        names = sorted(_modules(folder))
        parts = [part for n in range(_processes()) if (part := names[n :: _processes()])]
        with ThreadPoolExecutor(max(1, len(parts))) as threads:
            for part, compiled in zip(
                parts, threads.map(lambda some: self._compiled(folder, some), parts), strict=True
            ):
                for name, code in zip(part, compiled, strict=False):
                    if code:
                        _write(Path(cache_from_source(folder / name)), code)

    def close(self) -> None:
        self._closed = True
        for process in [*self._running]:
            process.kill()

    def _compiled(self, folder: Path, names: list[str]) -> list[bytes]:
        """The content of each one's ``.pyc``, empty for one that cannot be compiled; fewer if the process ended
        early."""
        command = [sys.executable, "-I", "-S", "-B", compiling.__file__, str(folder), PACKAGES]
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere, env={}) as process:
            self._running.add(process)
            try:
                if self._closed:
                    process.kill()
                answer, _ = process.communicate("\0".join(names).encode(), PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                answer, _ = process.communicate()
            finally:
                self._running.discard(process)
        return compiling.parted(answer)


def _processes() -> int:
    return max(1, len(os.sched_getaffinity(0)))


def _modules(folder: Path) -> Iterator[str]:
    for top, folders, files in os.walk(folder):
        folders[:] = [it for it in folders if it not in (LEFT_OUT, "__pycache__")]
        yield from (os.path.relpath(os.path.join(top, it), folder) for it in files if it.endswith(".py"))


def _write(file: Path, code: bytes) -> None:
    try:
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)  # a layer may bring its own: of some other Python, or of other source
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, MODE)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):  # or something else of that name
        return
    with open(descriptor, "wb") as stream:
        os.fchmod(descriptor, MODE)  # open's is cut by the umask
        stream.write(code)
