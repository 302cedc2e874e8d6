"""How much of the disk an app's folders take, and holding its processes off writing more.

Few systems have quotas for each app, so vaas counts: files are added up now and then, more often while the disk fills,
and a process of an app beyond its limit may write no file until it is below again (RLIMIT_FSIZE of 0); it reads and
deletes as before. Between two looks an app can write more than its limit: by some 16 MB, or what the disk takes in a
twentieth of a second and the time that counting takes. When to look: ``core/pool/hosts/disk_quota.py``.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from collections.abc import Iterable

ENTRY = 4096
"""Bytes that an entry of a folder counts at least: an inode is not free, even of an empty file."""


def taken_by(folders: Iterable[str]) -> int:
    """Bytes on disk of all that lies beneath. A file with several names counts once."""
    total = 0
    linked: set[tuple[int, int]] = set()
    todo = list(folders)
    while todo:
        with contextlib.suppress(OSError), os.scandir(todo.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # it has just been deleted
                    found = entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
                    elif found.st_nlink > 1:
                        if (key := (found.st_dev, found.st_ino)) in linked:
                            continue
                        linked.add(key)
                    total += max(ENTRY, found.st_blocks * 512)
    return total


def free_of(folder: str) -> int:
    """Bytes that the folder's disk has left; 0 if it is gone."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return 0
    return found.f_bavail * found.f_frsize


def let_write(pid: int, limit: int) -> None:
    """The largest file that this process may write; 0: none at all. Linux only.

    It is the soft limit, since raising the hard one again takes a right that root may lack, too. Trusted code could
    lift it: a host that writes on all the same is ended (``TOO_FAR`` of ``core/pool/hosts/disk_quota.py``).
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, hard))
