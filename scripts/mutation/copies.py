"""A copy of the tree and an environment that imports it, for one job: the working tree is only ever read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from scripts.environment import make_environment

_LEFT_OUT = (".git", ".venv", ".vaas", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis", ".coverage*")


class Copy:
    def __init__(self, folder: Path) -> None:
        """``folder`` is empty, and short: paths of Unix sockets lie beneath it."""
        self.folder = folder
        self.tree = folder / "tree"
        self.tmp = folder / "t"
        self.home = folder / "home"
        self.python = folder / "venv/bin/python"
        self._changed: Path | None = None
        self._original = ""
        self._changes = 0

    def make(self, root: Path) -> None:
        shutil.copytree(root, self.tree, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)
        self.home.mkdir()
        self.clean()
        make_environment(self.python.parents[1], self.tree)

    def clean(self) -> None:
        """Takes away what a run has left."""
        shutil.rmtree(self.tmp, ignore_errors=True)
        self.tmp.mkdir()
        self.tmp.chmod(0o1777)

    def environ(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTEST", "XDG_"))
        }
        mine = {"VIRTUAL_ENV": str(self.python.parents[1]), "TMPDIR": str(self.tmp), "HOME": str(self.home)}
        return {**kept, **mine, "PATH": f"{self.python.parent}:{os.environ.get('PATH', os.defpath)}"}

    def change(self, path: str, text: str) -> None:
        """Writes a mutant; the file has a time that it never had before, so that no compiled file passes for it."""
        self._changed, self._changes = self.tree / path, self._changes + 1
        self._original = self._changed.read_text()
        self._changed.write_text(text)
        os.utime(self._changed, (self._changes, self._changes))

    def restore(self) -> None:
        if self._changed is not None:
            self._changed.write_text(self._original)
            self._changes += 1
            os.utime(self._changed, (self._changes, self._changes))
            self._changed = None
