"""Files and folders of the data folder that are their owner's alone, whatever the umask, and whoever made them before.

``folder`` and ``opener`` make what is there narrower, too: an earlier version, or a copy, may have left it open. Used
by all that writes there: the stores, ``records/last_good.py``, ``logs/files.py``, ``reconciler/folders.py``,
``node/bootstrap.py``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

OWN_FOLDER = 0o700
OWN_FILE = 0o600


def make(path: Path, mode: int = OWN_FOLDER) -> None:
    """Makes that folder, and those above it that are not there, with this mode; what is there stays as it is. Raises
    OSError."""
    for each in (*reversed(path.parents), path):
        if not each.exists():
            each.mkdir(mode=mode, exist_ok=True)
            os.chmod(each, mode)  # mkdir's is cut by the umask
    path.mkdir(exist_ok=True)  # it says what is wrong if a file lies there


def folder(path: Path, mode: int = OWN_FOLDER) -> None:
    """The same, and gives it that mode if it is there. Raises OSError."""
    make(path, mode)
    narrow(path, mode)


def narrow(path: Path, mode: int) -> None:
    """Gives it this mode if it has another and is ours to change. Raises OSError."""
    if stat.S_IMODE(path.stat().st_mode) != mode:
        with suppress(PermissionError):
            os.chmod(path, mode)


def opener(path: str, flags: int) -> int:
    """For ``open``: a file that is made, or is found open to others, is its owner's alone."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, OWN_FILE)
    if stat.S_IMODE(os.fstat(descriptor).st_mode) & ~OWN_FILE:
        with suppress(PermissionError):
            os.fchmod(descriptor, OWN_FILE)
    return descriptor


def write(file: Path, data: bytes) -> None:
    """The file with this content: all of it, or what was there before. Raises OSError."""
    draft = file.with_name(f"{file.name}.new")
    with open(draft, "wb", opener=opener) as stream:
        stream.write(data)
    draft.replace(file)


def close_to_others(paths: Iterable[Path]) -> None:
    """Those of these files and folders that are there, with all that is in them. Raises OSError."""
    for path in paths:
        if path.is_dir():
            for top, _, names in os.walk(path):
                narrow(Path(top), OWN_FOLDER)
                close_to_others(Path(top, name) for name in names)
        elif path.is_file() and not path.is_symlink():
            narrow(path, OWN_FILE)
