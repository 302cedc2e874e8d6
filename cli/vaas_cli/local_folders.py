"""LocalFolders: what ``vaas dev`` gives each app of its developer's folder: ``.vaas/data`` as ``/data``, and ``.env``.

Filled by ``dev_session.py`` before each deploy; asked by the node, ``vaas/platform/reconciler/local.py``."""

from __future__ import annotations

import io
from pathlib import Path

from vaas.core.errors import InvalidInput, Unavailable
from vaas.platform.reconciler.local import Local
from vaas.platform.records.records import OWN_ENV
from vaas_cli.project import shown

ENV = ".env"
KEPT = ".vaas"
"""The folder for what a developer's runs leave behind: in no bundle, and in no repository."""


class EnvFileInvalid(InvalidInput):
    """{place}: {reason}. A line of it is NAME=VALUE, as in a shell."""


class NoPlaceForData(Unavailable):
    """{folder} cannot be made: {reason}. It is to keep the app's /data; make its parent writable, or remove what is in
    its way."""


class LocalFolders:
    def __init__(self) -> None:
        self._found: dict[str, Local] = {}

    def __call__(self, app: str) -> Local | None:
        return self._found.get(app)

    def read(self, app: str, folder: Path) -> bool:
        """Takes what lies there now. Says whether that is news to an app that was read before.

        Raises ``EnvFileInvalid``, ``NoPlaceForData``."""
        before = self._found.get(app)
        self._found[app] = Local(_data(folder.resolve() / KEPT), env_of(folder / ENV))
        return before is not None and before != self._found[app]


def env_of(file: Path) -> dict[str, str]:
    """The variables of such a file, without those that only the platform sets; none if there is no file."""
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise EnvFileInvalid(place=shown(file), reason=f"it cannot be read: {error}") from error
    wrong = next((each.original for each in parse_stream(io.StringIO(text)) if each.error), None)
    if wrong is not None:
        raise EnvFileInvalid(place=f"{shown(file)}:{wrong.line}", reason="this line cannot be understood")
    found = dotenv_values(stream=io.StringIO(text))
    return {name: value for name, value in found.items() if value is not None and not name.startswith(OWN_ENV)}


def _data(kept: Path) -> Path:
    """The folder of the data; the platform makes it, for the app's own user. Git is told to pass the whole by."""
    try:
        kept.mkdir(exist_ok=True)
        ignore = kept / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
    except OSError as error:
        raise NoPlaceForData(folder=shown(kept), reason=error.strerror or error) from error
    return kept / "data"
