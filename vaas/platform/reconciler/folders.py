"""Folders: where each release and each app's data lie on this node's disk. The one place that spells a path, and that
refuses a name that would lead elsewhere.

``node/`` holds what can be fetched and built again; ``apps/`` holds what is the apps' own and is kept between releases.
Used by all of the room, by way of ``tools.py``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Container
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from time import time

from vaas.core.confine.system import Capabilities
from vaas.platform.reconciler.local import LocalOf, nothing_local
from vaas.platform.reconciler.specs import Places
from vaas.platform.reconciler.steps import SHORT, short
from vaas.platform.reconciler.uids import NO_UID, Uids, give
from vaas.platform.records.names import app_name, is_app_name
from vaas.platform.records.records import App, Release, stamp
from vaas.platform.store import disk_errors, private

LOOKED_AT = 30 * 24 * 3600.0
"""Seconds for which data is kept of which no record says whether it was removed on purpose."""
GONE = ".gone"
"""How folders end that are being deleted."""
BORN = "born"
"""The file that says when the app was made whose folder that is."""
WAY_OF_ONE = 0o710
"""The mode of a folder that an app's own group may go through: it is in no other."""


class Folders:
    def __init__(self, root: Path, system: Capabilities | None = None, local: LocalOf = nothing_local) -> None:
        """``system`` is what the kernel layer can do here; without it no app is a user of its own."""
        self._local = local
        self._releases = root / "node" / "releases"
        self._caches = root / "node" / "cache"
        self.layers = root / "node" / "layers"
        """Each in a folder of its digest's name (``layers.py``)."""
        self._apps = root / "apps"
        self._tmp = root / "tmp"
        self._uids = Uids(root / "node" / "uids.json", system or Capabilities())
        self._removed = root / "removed"

    def lay_out(self) -> None:
        """Makes those on the way to apps' folders: who is a user of its own may go through them, and lists none. What
        lies there already is closed to all others."""
        for way in (self._releases.parent, self._releases, self._caches, self._apps, self._tmp):
            private.folder(way, disk_errors.WAY)
        for app in filter(is_app_name, os.listdir(self._releases)):
            self._close_code(app, self._uids.known(app, self._stamp(app)))
        for way in (*_folders_in(self._apps), *_folders_in(self._caches)):
            private.narrow(way, disk_errors.WAY)
            for own in _folders_in(way):
                private.narrow(own, private.OWN_FOLDER)
        private.close_to_others(way / BORN for way in _folders_in(self._apps))
        if self._removed.is_dir():
            for aside in (self._removed, *_folders_in(self._removed)):
                private.narrow(aside, private.OWN_FOLDER)
        for left in (*_folders_in(self._tmp), *self._removed.glob(f".*{GONE}"), *self._outlived()):
            shutil.rmtree(left, ignore_errors=True)  # of hosts that have ended with an earlier node, and the like
        for gone in (*self._releases.glob(".*"), *self._caches.glob(".*")):
            shutil.rmtree(gone, ignore_errors=True)

    def set_aside_unknown(self, known: Container[str]) -> list[Path]:
        """What was unpacked and compiled of apps by other names than these, renamed so that it is nobody's, to be
        deleted. What apps have stored stays: no record may mean that a store was lost."""
        found = [Path(entry) for folder in (self._releases, self._caches) for entry in os.scandir(folder)]
        unknown = [path for path in found if not path.name.startswith(".") and path.name not in known]
        return [path.rename(path.with_name(f".{path.name}.gone")) for path in unknown]

    def release(self, app: str, digest: str) -> Path:
        """The unpacked bundle. It is there whole or not at all: it is unpacked beside this and moved here."""
        return self._releases / app_name(app) / short(digest)

    def bundle(self, app: str, digest: str) -> Path:
        """The fetched bundle, until it has been unpacked."""
        return self._releases / app_name(app) / f"{short(digest)}.zip"

    def builder(self) -> int:
        """The user that builds packages, who is no app's; 0 where there are no users of their own."""
        return self._uids.of("@build")

    def of(self, app: str) -> tuple[Path, ...]:
        """All that is that app's alone on this node's disk."""
        return (self._apps / app_name(app), self._releases / app_name(app), self._caches / app_name(app))

    def places(self, release: Release, made: datetime | None = None) -> Places:
        """``made``: when its app was made, of those that had its name."""
        local = self._local(release.app)
        return Places(
            folder=self.release(release.app, release.digest),
            packages=self.layers / release.layer if release.layer else None,
            data=local.data if local else self._apps / app_name(release.app) / "data",
            cache=self._caches / app_name(release.app) / short(release.digest),
            uid=self._uids.of(release.app, stamp(made) if made else None),
        )

    def fetched(self, app: str) -> frozenset[str]:
        """The short digests of the bundles of that app that are here."""
        return frozenset(name[:SHORT] for name in self._names(app) if name[SHORT:] == ".zip")

    def unpacked(self, app: str) -> frozenset[str]:
        """The short digests of the releases of that app that are here."""
        return frozenset(name for name in self._names(app) if len(name) == SHORT)

    def _names(self, app: str) -> list[str]:
        folder = self._releases / app_name(app)
        names = os.listdir(folder) if folder.is_dir() else []
        return [name for name in names if not name.startswith(".")]

    def sweep(self, app: str) -> None:
        """Deletes what was being made when the node was last stopped."""
        for path in (self._releases / app).glob(".*") if is_app_name(app) else ():
            shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):  # a folder that has gone, or that stays for the same reason
                path.unlink()

    def born(self, app: str) -> datetime | None:
        """When the app was made whose folders lie here, if any do."""
        try:
            return datetime.fromisoformat((self._apps / app_name(app) / BORN).read_text())
        except FileNotFoundError:
            return None

    def way_to_code(self, app: App) -> None:
        """Makes the folder of the app's releases, through which that app's user alone may go."""
        self._close_code(app.name, self._uids.of(app.name, stamp(app.created_at)))

    def _close_code(self, app: str, uid: int) -> None:
        way = self._releases / app_name(app)
        private.make(way)
        if uid == NO_UID:
            private.narrow(way, private.OWN_FOLDER)
            return
        if way.stat().st_gid != uid:
            os.chown(way, -1, uid)
        private.narrow(way, WAY_OF_ONE)

    def prepare(self, app: App, release: Release) -> None:
        """Makes the folders that hosts write to, and marks them as those of this app, not of one that had its name."""
        self._bring_back(app)
        places = self.places(release, app.created_at)
        self.way_to_code(app)
        for way in (self._apps / app_name(app.name), places.cache.parent):
            private.folder(way, disk_errors.WAY)
        private.make(places.data.parent, disk_errors.WAY)  # in `vaas dev` it is its developer's
        for folder in (places.data, places.cache):
            private.folder(folder)
            give(folder, places.uid)
        private.write(self._apps / app_name(app.name) / BORN, app.created_at.isoformat().encode())

    def remove_release(self, app: str, short: str) -> None:
        for path in (self._releases / app_name(app) / short, self._caches / app_name(app) / short):
            shutil.rmtree(path, ignore_errors=True)
        (self._releases / app_name(app) / f"{short}.zip").unlink(missing_ok=True)

    def kept(self, app: str) -> frozenset[int]:
        """The stamps of removed apps of that name whose data is set aside here."""
        return frozenset(stamp for name, stamp in self._kept() if name == app)

    def kept_names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self._kept())

    def _kept(self) -> list[tuple[str, int]]:
        names = os.listdir(self._removed) if self._removed.is_dir() else []
        parted = (name.partition("@") for name in names)  # no app's name has that sign
        return [(app, int(stamp)) for app, _, stamp in parted if is_app_name(app) and stamp.isdecimal()]

    def purge(self, app: str, stamp: int) -> None:
        shutil.rmtree(self._removed / f"{app}@{stamp}", ignore_errors=True)
        own = self._stamp(app)
        self._uids.forget(app, self.kept(app) | ({own} if own is not None else frozenset()))

    def names(self) -> frozenset[str]:
        """The apps of which there is anything on this node's disk, whether or not anything else is known of them."""
        ways = (self._apps, self._releases, self._caches)
        found = {name for way in ways if way.is_dir() for name in os.listdir(way)}
        return frozenset(filter(is_app_name, {*found, *self._uids.names(), *self.kept_names()}))

    def traces(self, app: str) -> bool:
        """Whether anything is here of an app that is gone, but for what is kept of it."""
        ways = (self._apps, self._releases, self._caches)
        return any((way / app_name(app)).exists() for way in ways) or self._uids.has(app, self.kept(app))

    def _stamp(self, app: str) -> int | None:
        """Of the app whose folders lie here."""
        made = self.born(app)
        return None if made is None else stamp(made)

    def _outlived(self) -> list[Path]:
        """What was set aside for people to look at, and has been there for long."""
        aside = _folders_in(self._removed) if self._removed.is_dir() else []
        return [path for path in aside if "@" not in path.name and path.stat().st_mtime < time() - LOOKED_AT]

    def _bring_back(self, app: App) -> None:
        """What it had stored before it was removed, if it was."""
        kept = self._removed / f"{app.name}@{stamp(app.created_at)}"
        if kept.is_dir() and not (self._apps / app_name(app.name)).exists():
            kept.rename(self._apps / app_name(app.name))

    def remove_app(self, app: str, *, keep_data: bool, kept_as: int | None = None) -> None:
        """Deletes everything of that app, or all but what it has stored, which is set aside: under that stamp, or for
        people to look at. What says whose folders these are goes last, and in one step with its data."""
        for path in (self._releases / app_name(app), self._caches / app_name(app)):
            shutil.rmtree(path, ignore_errors=True)
        way = self._apps / app_name(app)
        if way.exists():
            private.folder(self._removed)
            aside = self._removed / (_aside(app, self._removed, kept_as) if keep_data else f".{app}{GONE}")
            shutil.rmtree(aside, ignore_errors=True)
            way.rename(aside)
            os.utime(aside)  # what is kept for people is for a while from now
            private.narrow(aside, private.OWN_FOLDER)
            if not keep_data:
                shutil.rmtree(aside, ignore_errors=True)
        self._uids.forget(app, self.kept(app))


def _aside(app: str, removed: Path, kept_as: int | None) -> str:
    if kept_as is not None:
        return f"{app}@{kept_as}"
    return next(name for number in count(1) if not (removed / (name := f"{app}.{number}")).exists())


def _folders_in(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
