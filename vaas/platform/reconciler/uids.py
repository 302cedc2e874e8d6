"""Uids: each app's own user on this node, where the node runs as root: the kernel then keeps apps apart by itself.

A number is given once and never to another app, for files of the first may still lie about: neither to one of another
name nor to one made later under the same, so it is kept by name and the moment the app was made at (``records.stamp``).
Used by ``folders.py``; whether a host can become it is for ``core/confine/plan.py`` to say.
"""

from __future__ import annotations

import os
from collections.abc import Container
from pathlib import Path

import msgspec

from vaas.core.confine.system import FIRST_UID, Capabilities
from vaas.platform.store import disk_errors, private

NO_UID = 0
"""Stands for no uid of its own."""


HIGHEST = ""
"""Under this, which is no app's name, the highest number that was given to an app that is gone."""


class Uids:
    def __init__(self, file: Path, system: Capabilities) -> None:
        self._file = file
        self._system = system
        self._given: dict[str, int] = self._read()

    def of(self, app: str, made: int | None = None) -> int:
        """That app's uid, made up on first sight; ``NO_UID`` where the node can give it none. ``made``: its stamp."""
        if not self._system.own_users:
            return NO_UID
        key = _key(app, made)
        if key not in self._given:
            earlier = self._given.pop(app, None)  # an earlier version kept it by name alone
            self._given[key] = max(self._given.values(), default=FIRST_UID - 1) + 1 if earlier is None else earlier
            self._write()
        return self._given[key]

    def known(self, app: str, made: int | None) -> int:
        """The uid that the app has, if it has one."""
        return self._given.get(_key(app, made), NO_UID) if self._system.own_users else NO_UID

    def names(self) -> frozenset[str]:
        """The apps that have one, those among them that are gone and kept."""
        return frozenset(key.partition("@")[0] for key in self._given)

    def has(self, app: str, kept: Container[int]) -> bool:
        """Whether an app of that name has one, other than those that are gone and kept."""
        return bool(self._others(app, kept))

    def forget(self, app: str, kept: Container[int]) -> None:
        """Drops those of apps of that name, but for these; no number is given again."""
        others = self._others(app, kept)
        if others:
            self._given[HIGHEST] = max(self._given.values())
            for key in others:
                del self._given[key]
            self._write()

    def _others(self, app: str, kept: Container[int]) -> list[str]:
        keys = (key for key in self._given if key.partition("@")[0] == app)
        return [key for key in keys if not (made := key.partition("@")[2]).isdecimal() or int(made) not in kept]

    def _read(self) -> dict[str, int]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, int])
        except FileNotFoundError:
            return {}

    def _write(self) -> None:
        private.make(self._file.parent, disk_errors.WAY)
        private.write(self._file, msgspec.json.encode(self._given))


def _key(app: str, made: int | None) -> str:
    return app if made is None else f"{app}@{made}"  # no app's name has that sign


def give(folder: Path, uid: int) -> None:
    """Makes a folder with all in it that user's, or where it has none the node's, if that is root; nothing to do if it
    is already."""
    if os.geteuid() != 0 or folder.stat().st_uid == uid:
        return
    for path in (*folder.rglob("*"), folder):  # the folder last: it tells that all is done
        os.chown(path, uid, uid, follow_symlinks=False)
