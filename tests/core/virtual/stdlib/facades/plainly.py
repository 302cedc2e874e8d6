"""The same lines of code in plain Python and in restricted code: what each gives, or raises, and what it leaves."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import Any

FILES = {"a.txt": "a", "sub/b.txt": "bb", "sub/deep/c.md": "ccc"}
SAME = """
import abc, copy, functools, logging, operator, os, pathlib, pickle, shutil, traceback
from pathlib import Path
def tree():
    return [(top, sorted(folders), sorted(files)) for top, folders, files in sorted(os.walk(TOP))]
def outcome():
    try:
{text}
    except Exception as error:
        return type(error).__name__
    return it
FOUND = outcome(), tree()
"""


def fill(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def plainly(folder: Path, text: str) -> Any:
    """``text`` uses ``TOP``, a folder with ``FILES``, and sets ``it``."""
    folder.mkdir()
    fill(folder)
    names: dict[str, Any] = {"TOP": str(folder)}
    exec(SAME.format(text=indent(text, " " * 8)), names)  # noqa: S102  # a line of a test
    return shown(names["FOUND"], str(folder))


def restricted(apps: Any, text: str) -> Any:
    machine = apps("TOP = '/data'" + SAME.format(text=indent(text, " " * 8)), code="restricted")
    fill(Path(machine.paths.mounts[1].real))
    return shown(machine.resolve("app:FOUND"), "/data")


def shown(it: Any, top: str) -> str:
    return repr(it).replace("PosixPath(", "Path(").replace(top, "TOP")
