"""Watched: which of the files that change may make another bundle, or another environment. Used by ``dev``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from vaas.core.errors import VaasError
from vaas.platform.bundle_format.selection import never_in_bundles
from vaas.platform.manifest.reader import read_manifest
from vaas_cli.local_folders import ENV, KEPT


class Watched:
    """A filter for ``watchfiles``. What the app writes itself, logs and databases change nothing."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._never: dict[Path, Callable[[str], bool]] = {}

    def __call__(self, change: object, path: str) -> bool:
        return any(self._matters(folder, Path(path)) for folder in self._folders)

    def _matters(self, folder: Path, path: Path) -> bool:
        if not path.is_relative_to(folder):
            return False
        name = path.relative_to(folder).as_posix()
        if name == ENV or name.split("/", 1)[0] == KEPT:
            return name == ENV
        return not self._patterns(folder)(name)

    def _patterns(self, folder: Path) -> Callable[[str], bool]:
        """By the manifest of now, or by the last one that was whole: a save must be seen that mends it."""
        try:
            self._never[folder] = never_in_bundles(read_manifest(folder))
        except (VaasError, OSError):
            return self._never.get(folder, lambda name: False)
        return self._never[folder]
