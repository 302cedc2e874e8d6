"""A copy of the tree and an environment that imports it, for one job: the working tree is only ever read.

PYTHONPATH would not do: the platform starts processes with ``-I`` and an empty environment. So each copy has a virtual
environment of its own, whose one ``.pth`` file names the copy first and then the packages that are installed.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path

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
        self._make_environment()

    def clean(self) -> None:
        """Takes away what a run has left."""
        shutil.rmtree(self.tmp, ignore_errors=True)
        self.tmp.mkdir()
        self.tmp.chmod(0o1777)

    def _make_environment(self) -> None:
        """What ``venv`` makes, without its half second of pip, and with the commands that are installed."""
        there = Path(sys.prefix)
        programs = self.python.parent
        programs.mkdir(parents=True)
        packages = Path(sysconfig.get_path("purelib", vars={"base": str(self.python.parents[1])}))
        packages.mkdir(parents=True)
        shutil.copy(there / "pyvenv.cfg", self.python.parents[1])
        (packages / "copy.pth").write_text(f"{self.tree}\n{sysconfig.get_path('purelib')}\n")
        for program in (there / "bin").iterdir():
            self._install(program, programs / program.name, there / "bin")

    def _install(self, program: Path, to: Path, programs: Path) -> None:
        """A link keeps where the interpreter is; a script is made to name the copy's interpreter."""
        data = program.read_bytes()[:4096] if program.is_file() else b""
        first = f"#!{programs}/python".encode()
        if program.is_symlink():
            to.symlink_to(os.path.realpath(program))
        elif data.startswith(first):
            to.write_bytes(
                program.read_bytes().replace(f"#!{programs}".encode(), f"#!{self.python.parent}".encode(), 1)
            )
            to.chmod(0o755)
        elif data:
            to.symlink_to(program)

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
