"""What the operating system says about a disk, as a sentence that says what to do: the seam for every ``OSError``.

Used by the stores on disk, ``sqlite.py`` and ``bundles/folder.py``, and by ``platform/bundle_format/unpack.py``.
"""

from __future__ import annotations

import errno
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The errors that mean *no room left*: of the disk, of the user's quota, of the process's file size limit."""


WAY = 0o711
"""The mode of folders on the way to those of apps: their users pass through, and only the node lists them."""


def reason(error: OSError, folder: Path) -> str:
    """Why files in that folder cannot be read or written."""
    if error.errno in FULL:
        return full(folder)
    return f"{folder}: {error.strerror or error}"


def full(folder: Path) -> str:
    return f"the disk of {folder} is full. Free some space, then try again; what was acknowledged before is safe"
