"""Keys that disappear unless they are renewed or put again: how long each has left, and the timer that looks after it.

After a restart a key has its whole time again, as in etcd: no clock on the wall is asked, so none can be wrong.
Used by ``feed.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from vaas.core.errors import Unavailable
from vaas.platform.store.interface import Check, Delete, Put, RevisionMismatch

Commit = Callable[[list[Put | Delete], list[Check]], Awaitable[int]]

RETRY = 1.0
"""Seconds until a key is tried again that the store could not remove, its disk being full, say."""


class Lease(NamedTuple):
    deadline: float
    """On the event loop's clock."""
    revision: int
    """What was put then; a later put has a lease of its own."""
    ttl: float


class Leases:
    """Removes what has not been renewed or put again in time, by a commit like any other."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._held: dict[str, Lease] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._removing: asyncio.Task[None] | None = None
        self._lapsing: tuple[str, Lease] | None = None
        """What is being removed: too late for it."""
        self._closed = False

    def note(self, changes: Iterable[Put | Delete], revision: int) -> None:
        """Takes over what one commit says about keys' time. For the event loop's thread."""
        now = asyncio.get_running_loop().time()
        for change in changes:
            self._held.pop(change.key, None)
            if isinstance(change, Put) and change.ttl is not None:
                self._held[change.key] = Lease(now + change.ttl, revision, change.ttl)
        self._arm()

    def renew(self, key: str) -> bool:
        """Whether the key has a lease, whose time has begun anew; not if it is being removed."""
        lease = self._held.get(key)
        if lease is None or self._lapsing == (key, lease):
            return False
        self._held[key] = lease._replace(deadline=asyncio.get_running_loop().time() + lease.ttl)
        self._arm()
        return True

    async def close(self) -> None:
        self._closed = True
        self._disarm()
        if self._removing is not None:
            await asyncio.wait([self._removing])

    def _arm(self) -> None:
        self._disarm()
        if self._held and self._removing is None and not self._closed:
            soonest = min(lease.deadline for lease in self._held.values())
            self._timer = asyncio.get_running_loop().call_at(soonest, self._fire)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._removing = asyncio.get_running_loop().create_task(self._remove_due())

    async def _remove_due(self) -> None:
        loop = asyncio.get_running_loop()
        for key, lease in list(self._held.items()):
            if lease.deadline <= loop.time() and self._held.get(key) == lease:  # not renewed meanwhile
                await self._remove(key, lease)
        self._removing = None
        self._arm()

    async def _remove(self, key: str, lease: Lease) -> None:
        self._lapsing = key, lease
        try:
            await self._commit([Delete(key)], [Check(key, lease.revision)])
        except RevisionMismatch:
            pass  # Put again meanwhile: `note` has heard, or is about to hear, of its new lease.
        except Unavailable:
            if self._held.get(key) == lease:
                self._held[key] = lease._replace(deadline=asyncio.get_running_loop().time() + RETRY)
        finally:
            self._lapsing = None
