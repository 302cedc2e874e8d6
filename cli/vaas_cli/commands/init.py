"""``vaas init``: a new project that runs at once. What it writes: ``cli/vaas_cli/scaffold.py``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from vaas.core.errors import Conflict, Unavailable
from vaas_cli.formatting import listed
from vaas_cli.output import put
from vaas_cli.scaffold import app_name, files


class FilesInTheWay(Conflict):
    """{folder} has {files} already, and nothing is overwritten. Choose another folder, such as `vaas init {other}`."""


class FolderUnwritable(Unavailable):
    """{path} cannot be written: {reason}. Choose another folder."""


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make a new project in DIR (default: this folder), which `vaas dev` runs at once.

    Its name is the folder's, made to fit. Nothing that is there is overwritten.

    \b
    Example:
      vaas init shop
    """
    name = app_name(folder.resolve().name)
    wanted = files(name)
    _refuse_to_overwrite(folder, wanted)
    for path, text in wanted.items():
        _write(folder / path, text)
    put(f"Made {name} in {folder}: {listed(wanted)}.")
    put()
    put("Next:")
    if folder.resolve() != Path.cwd():
        put(f"  cd {shlex.quote(str(folder))}")
    put(f"  vaas dev       # then open http://127.0.0.1:8080/{name}/ and change app.py")
    put("  vaas deploy    # when it is good")


def _refuse_to_overwrite(folder: Path, wanted: dict[str, str]) -> None:
    there = [path for path in wanted if (folder / path).exists() or (folder / path).is_symlink()]
    if there:
        raise FilesInTheWay(folder=folder, files=listed(there), other=f"{app_name(folder.resolve().name)}-2")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise FolderUnwritable(path=path, reason=error.strerror) from error
