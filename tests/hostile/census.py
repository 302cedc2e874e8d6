"""The census: the processes of a platform, what they hold, and what lies in its data folder, as the system sees it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from tests.hostile.vocabulary import Census, Process, Processor, Stored

PAGE = os.sysconf("SC_PAGE_SIZE")


def census(node: int, data: Path | None = None) -> Census:
    """Of the node by that pid and all that descend from it; with the files, if the data folder is given."""
    files = tuple(_files(data)) if data else ()
    return Census(monotonic(), tuple(_processes(node, "node")), files, _processor(node))


def _processor(node: int) -> Processor:
    """The kernel counts nanoseconds (Documentation/scheduler/sched-stats.rst), if it was built to."""
    counts = Path(f"/proc/{node}/task/{node}/schedstat")
    if not counts.exists():
        return Processor()
    ran, waited, _ = counts.read_text().split()
    return Processor(int(ran) / 1e9, int(waited) / 1e9)


def _processes(pid: int, kind: str) -> Iterator[Process]:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
        yield Process(pid, kind, _memory(pid), _descriptors(pid))
    for child in _children(pid):
        yield from _processes(child, _kind(child, kind))


def _children(pid: int) -> list[int]:
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
        found = [Path(f"/proc/{pid}/task/{task}/children").read_text().split() for task in tasks]
    except OSError:
        return []
    return [int(child) for one in found for child in one]


def _kind(pid: int, parent: str) -> str:
    """The zygote is the node's own child; what it has forked bears its words until it has taken a name."""
    try:
        words, name = Path(f"/proc/{pid}/cmdline").read_bytes(), Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "gone"
    return "zygote" if parent == "node" and b"zygote" in words else name.removeprefix("vaas ")


def _memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def _descriptors(pid: int) -> int:
    """0 for a host, which hides from everybody but root."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:
        return 0


def _files(data: Path) -> Iterator[Stored]:
    for folder, _, names in os.walk(data):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            with contextlib.suppress(FileNotFoundError):
                found = path.lstat()
                yield Stored(str(path.relative_to(data)), found.st_size, found.st_mode)
