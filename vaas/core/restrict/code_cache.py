"""Compiled app code, kept on disk by what it was compiled from: a cold start compiles nothing.

The key is the source, its file name, the mode, the version of the rules and of Python. Only ``marshal`` is read, and
only from a folder that its owner alone may write to: unmarshalled code runs. Next: ``compiler.py``.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
from types import CodeType

from vaas.core.policy import CodeMode

RULES = "15"
"""Raise it with every change of what the transformer emits or refuses."""


class CodeCache:
    """Compiles in one mode; remembers in ``folder`` if there is one."""

    def __init__(self, mode: CodeMode, folder: str | None) -> None:
        self._mode, self._folder = mode, folder or None

    def compile(self, text: bytes, file: str) -> CodeType:
        """Raises SyntaxError, or RestrictedSyntax with every violation of the file."""
        path = self._path(text, file)
        code = _read(path) if path else None
        if code is None:
            code = self._compile(text, file)
            if path:
                _write(path, code)
        return code

    def _compile(self, text: bytes, file: str) -> CodeType:
        if self._mode == "trusted":
            return compile(text, file, "exec", dont_inherit=True)
        # Imported only when the cache has no answer: this module and RestrictedPython cost milliseconds.
        from vaas.core.restrict.compiler import compile_restricted

        return compile_restricted(text, file)

    def _path(self, text: bytes, file: str) -> str | None:
        if self._folder is None or not _only_owner_writes(self._folder):
            return None
        what = f"{RULES} {self._mode} {sys.implementation.cache_tag} {sys.hexversion} {file}\n".encode()
        # blake2b is Python's own: the first digest by OpenSSL in a forked process costs half a millisecond.
        return os.path.join(self._folder, hashlib.blake2b(what + text, digest_size=32).hexdigest() + ".code")


def _only_owner_writes(folder: str) -> bool:
    try:
        state = os.stat(folder)
    except OSError:
        return False
    return state.st_uid in (0, os.geteuid()) and not state.st_mode & 0o022


def _read(path: str) -> CodeType | None:
    try:
        with open(path, "rb") as file:
            code = marshal.loads(file.read())
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return code if isinstance(code, CodeType) else None


def _write(path: str, code: CodeType) -> None:
    """Whole or not at all; a folder that cannot be written to just stays as it is."""
    part = f"{path}.{os.getpid()}.{id(code)}"
    with contextlib.suppress(OSError):
        try:
            with open(part, "wb") as file:
                file.write(marshal.dumps(code))
            os.replace(part, path)
        except OSError:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)
            raise
