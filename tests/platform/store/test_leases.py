"""Leases that are renewed while their keys are being removed. What every store does with time: ``contract.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence

import pytest

from vaas.platform.store import leases
from vaas.platform.store.interface import Check, Delete, Put, StoreUnavailable
from vaas.platform.store.leases import Leases


class Disk:
    """What leases commit to: each removal waits until the test says how it ends."""

    def __init__(self) -> None:
        self.removed: list[str] = []
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.full = False
        self.go_on = asyncio.Event()
        self.ended = asyncio.Event()

    async def commit(self, changes: Sequence[Put | Delete], checks: Sequence[Check]) -> int:
        self.begun.put_nowait(changes[0].key)
        await self.go_on.wait()
        self.ended.set()
        if self.full:
            raise StoreUnavailable(reason="the disk is full")
        self.removed.append(changes[0].key)
        return 2


def tell(story: Callable[[Disk, Leases], Coroutine[None, None, None]]) -> None:
    async def run() -> None:
        disk = Disk()
        held = Leases(disk.commit)
        async with asyncio.timeout(20):
            await story(disk, held)
        await held.close()

    asyncio.run(run())


def test_a_key_that_is_being_removed_is_not_renewed() -> None:
    async def story(disk: Disk, held: Leases) -> None:
        held.note([Put("/node", b"", ttl=0.01)], 1)
        await disk.begun.get()
        assert not held.renew("/node")
        held.note([Put("/node", b"", ttl=60)], 2)
        assert held.renew("/node")
        disk.go_on.set()

    tell(story)


def test_a_key_that_could_not_be_removed_is_renewed_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RETRY", 60.0)

    async def story(disk: Disk, held: Leases) -> None:
        disk.full = True
        disk.go_on.set()
        held.note([Put("/node", b"", ttl=0.01)], 1)
        await disk.ended.wait()
        assert held.renew("/node")
        assert disk.removed == []

    tell(story)


def test_a_key_renewed_while_another_is_removed_stays() -> None:
    async def story(disk: Disk, held: Leases) -> None:
        held.note([Put("/first", b"", ttl=0.01), Put("/second", b"", ttl=0.01)], 1)
        assert await disk.begun.get() == "/first"
        held.note([Put("/second", b"", ttl=60)], 2)
        assert held.renew("/second")
        disk.go_on.set()
        await disk.ended.wait()
        assert (disk.removed, disk.begun.empty()) == (["/first"], True)

    tell(story)
