"""The processes of a running platform, as the system sees them."""

from __future__ import annotations

import os
import select
from pathlib import Path

from tests.e2e.running import Running


def children(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def zygote_of(platform: Running) -> int:
    assert platform.process is not None
    return next(pid for pid in children(platform.process.pid) if "zygote" in Path(f"/proc/{pid}/cmdline").read_text())


def hosts_of(platform: Running) -> list[int]:
    """Those that run an app: one more is forked ahead of need."""
    hosts = children(zygote_of(platform))
    return [pid for pid in hosts if Path(f"/proc/{pid}/comm").read_text().strip() != "vaas prefork"]


def wait_for_the_end_of(pid: int) -> None:
    """Returns when the process has ended; an event, not a poll. A process of another parent cannot be waited for."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([descriptor], [], [], 10)[0], f"process {pid} is still there"
    finally:
        os.close(descriptor)


def is_dead(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()
