"""After a restart, apps that had a host when the node ended get one again, in the background, before they are asked.

Which these are is in a file of the node's own, written at the end and, when it changes, every ``EVERY`` seconds.
Put together in ``bootstrap.py``; what starts a host is ``Pool.warm`` (``core/pool/pool.py``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from vaas.core.errors import VaasError
from vaas.core.undecodable import UNDECODABLE
from vaas.platform.gateway.routing import AppRoute, PoolLike, Routing
from vaas.platform.records.traffic import shares
from vaas.platform.store import private

EVERY = 10.0
"""Seconds. After ``kill -9`` what began to run since the last look starts with its first request, as all did before."""

log = logging.getLogger("vaas.node")


class Rewarming:
    def __init__(
        self, file: Path, running: Callable[[], frozenset[str]], routing: Routing, every: float = EVERY
    ) -> None:
        """``running``: the apps that have a host now."""
        self._file, self._running, self._routing, self._every = file, running, routing, every
        self._known = recorded(file)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._warm(sorted(self._known))), asyncio.create_task(self._follow())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._record()

    async def _warm(self, apps: list[str]) -> None:
        """One after the other: those that are asked meanwhile come first."""
        for app in apps:
            route = self._routing.by_name.get(app)
            for pool in answering(route) if route is not None else ():
                with suppress(VaasError):  # it does not start: its next request is told why
                    await pool.warm()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            self._record()

    def _record(self) -> None:
        running = self._running()
        if running == self._known:
            return
        try:
            record(self._file, running)
        except OSError as error:
            log.warning("which apps run cannot be kept for the next start: %s", error)
            return
        self._known = running


def answering(route: AppRoute) -> list[PoolLike]:
    """The pools that get requests now."""
    return [pool for number in shares(route.traffic) if (pool := route.pools.get(number)) is not None]


def recorded(file: Path) -> frozenset[str]:
    """What was recorded last; nothing if that cannot be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=frozenset[str])
    except (OSError, *UNDECODABLE):
        return frozenset()


def record(file: Path, apps: frozenset[str]) -> None:
    """Whole or not at all. Raises OSError."""
    private.write(file, msgspec.json.encode(sorted(apps)))
