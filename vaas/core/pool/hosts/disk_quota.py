"""DiskQuota: when to count the files of an app, and what follows from the sum, so that they stay within
``limits.disk``. No clock and no I/O of its own. Part of ``supervisor.py``.

Files are counted by ``core/limits/disk.py``, in a thread; the shell of all this is ``host_manager.py``."""

from __future__ import annotations

from collections.abc import Iterable

from vaas.core.limits.words import taken
from vaas.core.pool.errors import DiskFull, HostOverLimit
from vaas.core.pool.hosts.actions import Action, Kill, LimitWrites, Say
from vaas.core.pool.hosts.views import HostView

PAUSE = 5.0
"""Seconds between two looks at an app's files, if the disk does not fill."""
PAUSE_OVER = 0.25
"""The same of an app that is beyond its limit: it is to notice soon that it may write again."""
STEP = 16 * 1024 * 1024
"""Bytes by which the disk has filled, by any process, after which a look is due at once."""
SHARE = 0.05
"""The part of its time that the thread may spend on one app with very many files."""
SHARE_FILLING = 0.5
"""The same while the disk fills."""
TOO_FAR = 0.25
"""Of its limit: what an app may have written since it was held off writing, before its hosts are ended."""


class DiskQuota:
    def __init__(self, limit: int) -> None:
        """``limit``: ``limits.disk``, in bytes."""
        self.is_over = False
        self._limit = limit
        self._held_at = 0
        """Bytes at most that were there when it was held off writing."""
        self._next = self._soonest = 0.0
        self._free = 0
        self._counting = False

    def may_count(self, now: float) -> bool:
        """Whether it is worth asking how much of the disk is free."""
        return not self._counting and now >= self._soonest

    def begin(self, free: int, now: float) -> bool:
        """Whether to count now, where so many bytes of the disk are free. ``counted`` must follow."""
        if now < self._next and self._free - free < min(STEP, self._limit // 4):
            return False
        self._free, self._counting = free, True
        return True

    def counted(self, hosts: Iterable[HostView], size: int, seconds: float, now: float) -> list[Action]:
        """``size``: bytes that the app's files take; counting took so many seconds."""
        self._counting = False
        was_over, self.is_over = self.is_over, size > self._limit
        self._held_at = min(size, self._held_at) if was_over else size
        self._next = now + max(PAUSE_OVER if self.is_over else PAUSE, seconds / SHARE)
        self._soonest = now + seconds / SHARE_FILLING
        if self.is_over and size > self._held_at + TOO_FAR * self._limit:
            why = HostOverLimit(reason=f"out of disk: {self._words(size)}")
            return [Kill(host, why) for host in hosts]
        said: list[Action] = [Say(DiskFull(taken=self._words(size)))] if self.is_over and not was_over else []
        return said + (self._limit_writes(hosts) if self.is_over or was_over else [])

    def welcome(self, host: HostView) -> list[Action]:
        """A worker of it is ready: it may write no more than the others."""
        return self._limit_writes([host]) if self.is_over else []

    def _limit_writes(self, hosts: Iterable[HostView]) -> list[Action]:
        return [LimitWrites(host, 0 if self.is_over else self._limit) for host in hosts]

    def _words(self, size: int) -> str:
        return taken(size, "disk", self._limit)
