"""A virtual environment for one run, beside the one of the tree: it imports a given tree, perhaps a copy.

PYTHONPATH would not do: the platform starts processes with ``-I`` and an empty environment. Used by
``measure.py`` and ``mutation/copies.py``.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path

_INSTALLED = ("site-packages", "dist-packages")


def make_environment(folder: Path, tree: Path) -> Path:
    """What ``venv`` makes, without its seconds of pip, and with the packages and commands that are installed here, but
    ``tree`` before all of them. Returns its folder of packages; its interpreter is ``folder/bin/python``."""
    there = Path(sys.prefix)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    packages.mkdir(parents=True)
    (folder / "bin").mkdir()
    shutil.copy(there / "pyvenv.cfg", folder)
    installed = [entry for entry in sys.path if os.path.basename(entry) in _INSTALLED]
    (packages / "tree.pth").write_text("\n".join([str(tree), *installed]) + "\n")
    for program in (there / "bin").iterdir():
        _install(program, folder / "bin" / program.name)
    (packages / "tree_cli.pth").write_text(f"{tree / 'cli'}\n")  # vaas_cli lies in a folder of its own
    return packages


def _install(program: Path, to: Path) -> None:
    """A link keeps where the interpreter is; a script is made to name the new interpreter."""
    data = program.read_bytes() if program.is_file() and not program.is_symlink() else b""
    if program.is_symlink():
        to.symlink_to(os.path.realpath(program))
    elif data.startswith(f"#!{program.parent}/python".encode()):
        to.write_bytes(data.replace(f"#!{program.parent}".encode(), f"#!{to.parent}".encode(), 1))
        to.chmod(0o755)
    elif data:
        to.symlink_to(program)
