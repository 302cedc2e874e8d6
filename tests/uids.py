"""Uids for tests that are root: the kernel counts processes by uid, so two tests at the same time share none."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import msgspec

from vaas.core.confine.system import FIRST_UID
from vaas.platform.store import disk_errors

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
"""Which of pytest-xdist's processes this is."""
FIRST_OF_WORKER = 50_000 + 100 * WORKER
"""Nobody's on any system that these tests are likely to meet."""
ORDINARY_UID, APP_UID = FIRST_OF_WORKER, FIRST_OF_WORKER + 1
_platforms = count()


def reserve(data: Path) -> None:
    """Lets a platform that keeps its data there begin with uids that no other platform of this run gives its apps."""
    taken = FIRST_UID + 100_000 * WORKER + 1000 * next(_platforms)
    for folder in (data, data / "node"):
        folder.mkdir(mode=disk_errors.WAY)
    (data / "node" / "uids.json").write_bytes(msgspec.json.encode({"an app of another platform": taken}))
