"""Usage: CPU time, threads and memory of a process, from /proc. Compared with limits in ``thresholds.py``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


class Usage(NamedTuple):
    cpu: float = 0.0
    """Seconds of the processor in its whole life."""
    threads: int = 0
    """Threads, and with ``whole`` those of the programs it has started."""
    data: int = 0
    """Bytes of private memory that it has asked for: what RLIMIT_DATA counts, and its stack."""
    resident: int = 0
    """Bytes of memory that it has, without what it shares with others."""

    def with_(self, other: Usage) -> Usage:
        cpu, threads = self.cpu + other.cpu, self.threads + other.threads
        return Usage(cpu, threads, self.data + other.data, self.resident + other.resident)

    def beyond(self, base: Usage) -> Usage:
        """Without the memory of the process that it was forked from."""
        return self._replace(data=max(0, self.data - base.data), resident=max(0, self.resident - base.resident))


NOTHING = Usage()


def usage_of(pid: int) -> Usage:
    """Of one process; ``NOTHING`` if it is gone, or if this system does not tell."""
    try:
        stat = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        _, resident, shared, _, _, data, _ = map(int, _read(f"/proc/{pid}/statm").split())
    except (OSError, ValueError):
        return NOTHING
    cpu = (int(stat[11]) + int(stat[12])) / _TICKS
    return Usage(cpu, int(stat[17]), data * _PAGE, (resident - shared) * _PAGE)


def _read(path: str) -> bytes:
    """A short file of /proc, in a third of the time that ``pathlib`` takes: many hosts are looked at, again and
    again."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)


def size_of(pid: int) -> int:
    """Bytes of memory that it has, what it shares included; 0 if this system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE
    except OSError:
        return 0


def usage_with_children(pid: int) -> Usage:
    """Of a process and of all that it, or they, have started."""
    total = usage_of(pid)
    for child in children(pid):
        total = total.with_(usage_with_children(child))
    return total


def children(pid: int) -> list[int]:
    """The processes that it has started and that live."""
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
        found = [Path(f"/proc/{pid}/task/{task}/children").read_text().split() for task in tasks]
    except OSError:  # it, or one of its threads, has just ended
        return []
    return [int(child) for one in found for child in one]
