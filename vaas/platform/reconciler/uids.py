"""Uids: each app's own user on this node, where the node runs as root: the kernel then keeps apps apart by itself.

A number is given once and never to another app, for files of the first may still lie about. Used by ``folders.py``;
whether a host can become it is for ``core/confine/plan.py`` to say.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from vaas.core.confine.system import FIRST_UID, Capabilities
from vaas.platform.store import disk_errors, private

NO_UID = 0
"""Stands for no uid of its own."""


class Uids:
    def __init__(self, file: Path, system: Capabilities) -> None:
        self._file = file
        self._system = system
        self._given: dict[str, int] = self._read()

    def of(self, app: str) -> int:
        """That app's uid, made up on first sight; ``NO_UID`` where the node can give it none."""
        if not self._system.own_users:
            return NO_UID
        if app not in self._given:
            self._given[app] = max(self._given.values(), default=FIRST_UID - 1) + 1
            self._write()
        return self._given[app]

    def known(self, app: str) -> int:
        """The uid that the app has, if it has one."""
        return self._given.get(app, NO_UID) if self._system.own_users else NO_UID

    def _read(self) -> dict[str, int]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, int])
        except FileNotFoundError:
            return {}

    def _write(self) -> None:
        private.make(self._file.parent, disk_errors.WAY)
        private.write(self._file, msgspec.json.encode(self._given))


def give(folder: Path, uid: int) -> None:
    """Makes a folder with all in it that user's, or where it has none the node's, if that is root; nothing to do if it
    is already."""
    if os.geteuid() != 0 or folder.stat().st_uid == uid:
        return
    for path in (*folder.rglob("*"), folder):  # the folder last: it tells that all is done
        os.chown(path, uid, uid, follow_symlinks=False)
