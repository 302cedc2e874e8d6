"""One process at a time works on a data folder; the kernel lets go of the lock when that process ends, however it ends.

Used by ``sqlite.py``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from vaas.core.errors import Conflict
from vaas.platform.store import private

NAME = "lock"


class DataFolderInUse(Conflict):
    """The data folder {folder} is in use by process {pid}: another `vaas platform` runs there.
    Stop that one first, or give this one a folder of its own with --data."""


class FolderLock:
    """Held from its making until ``release``. Raises ``DataFolderInUse``, and ``OSError`` for an unusable folder."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = private.opener(str(folder / NAME), os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataFolderInUse(folder=folder, pid=self._holder()) from None
        except BaseException:
            os.close(self._descriptor)
            raise
        # For people and for the message above; the lock itself is the kernel's.
        with contextlib.suppress(OSError):
            os.truncate(self._descriptor, 0)
            os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        os.close(self._descriptor)

    def _holder(self) -> str:
        try:
            return os.pread(self._descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
        finally:
            os.close(self._descriptor)
