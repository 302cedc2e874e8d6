"""DiskQuota: sees to it that one app's files stay within ``limits.disk``. Asked by ``host_set.py`` at every tick in
which the app is at work, and every other look.

Files are added up in a thread, never on the event loop. What is done about an app beyond its limit:
``core/limits/disk.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic

from vaas.core.limits.disk import free_of, let_write, taken_by
from vaas.core.limits.words import taken
from vaas.core.pool.errors import DiskFull, HostOverLimit
from vaas.core.pool.hosts.host_process import HostProcess

PAUSE = 5.0
"""Seconds between two looks at an app's files, if the disk does not fill."""
PAUSE_OVER = 0.25
"""The same of an app that is beyond its limit: it is to notice soon that it may write again."""
STEP = 16 * 1024 * 1024
"""Bytes by which the disk has filled, by whomever, after which a look is due at once."""
SHARE = 0.05
"""The part of its time that the thread may spend on one app with very many files."""
SHARE_FILLING = 0.5
"""The same while the disk fills."""
TOO_FAR = 0.25
"""Of its limit: what an app may have written since it was held off writing, before its hosts are ended."""


class DiskQuota:
    def __init__(self, data: str, limit: int, say: Callable[[DiskFull], None]) -> None:
        self.is_over = False
        self._data = data
        self._limit = limit
        self._say = say
        self._loop = asyncio.get_running_loop()
        self._held_at = 0
        """Bytes at most that were there when it was held off writing."""
        self._next = self._soonest = 0.0
        self._free = 0
        self._counting = False

    def look(self, hosts: Sequence[HostProcess], now: float) -> None:
        """Begins to count if it is time to; what follows from it is done when the sum is there."""
        if self._counting or not hosts or now < self._soonest:
            return
        free = free_of(self._data)
        if now < self._next and self._free - free < min(STEP, self._limit // 4):
            return
        self._free, self._counting = free, True
        folders = [self._data, *(host.spec.tmp for host in hosts)]
        counting = self._loop.run_in_executor(None, count, folders)
        counting.add_done_callback(lambda done: self._act(hosts, *done.result()))

    def _act(self, hosts: Sequence[HostProcess], size: int, seconds: float) -> None:
        self._counting = False
        was_over, self.is_over = self.is_over, size > self._limit
        self._held_at = min(size, self._held_at) if was_over else size
        now = self._loop.time()
        self._next = now + max(PAUSE_OVER if self.is_over else PAUSE, seconds / SHARE)
        self._soonest = now + seconds / SHARE_FILLING
        if self.is_over and not was_over:
            self._say(DiskFull(taken=self._words(size)))
        for host in hosts:
            if self.is_over and size > self._held_at + TOO_FAR * self._limit:
                host.kill(HostOverLimit(reason=f"out of disk: {self._words(size)}"))
            elif self.is_over or was_over:
                self.hold(host)

    def hold(self, host: HostProcess) -> None:
        """Applies to that host what was found last."""
        let_write(host.pid, 0 if self.is_over else self._limit)

    def _words(self, size: int) -> str:
        return taken(size, "disk", self._limit)


def count(folders: list[str]) -> tuple[int, float]:
    """Bytes, and the seconds that counting took."""
    began = monotonic()
    return taken_by(folders), monotonic() - began
