from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence

import pytest

from tests.platform.reconciler.deploy_records import AT
from vaas.platform.reconciler.node_lease import NodeLease
from vaas.platform.records import keys
from vaas.platform.records.records import Node, ReleaseStatus, decode
from vaas.platform.store.interface import Check, Delete, Put, StoreUnavailable
from vaas.platform.store.memory import MemoryStore

NODE = Node(id="n1", gateway="http://g", console="http://c", started_at=AT, version="1")
READY = ReleaseStatus(state="ready")


class CountingStore(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.written: asyncio.Queue[Put | Delete] = asyncio.Queue()
        self.away = False
        self.renewed: asyncio.Queue[bool] = asyncio.Queue()

    async def renew(self, key: str) -> bool:
        done = await super().renew(key)
        self.renewed.put_nowait(done)
        return done

    async def commit(self, changes: Sequence[Put | Delete], checks: Sequence[Check] = ()) -> int:
        self.written.put_nowait(changes[0])
        if self.away:
            raise StoreUnavailable(reason="away")
        return await super().commit(changes, checks)


def tell(story: Callable[[CountingStore, NodeLease], Coroutine[object, object, None]], ttl: float = 15.0) -> None:
    async def run() -> None:
        store = CountingStore()
        lease = NodeLease(store, NODE, ttl)
        async with asyncio.timeout(20):
            await story(store, lease)
        await lease.close()
        await store.close()

    asyncio.run(run())


async def listed(store: CountingStore) -> Node:
    entry = await store.get(keys.node("n1"))
    assert entry is not None
    return decode(entry.value, Node)


def test_a_started_node_is_listed_for_a_while_and_a_closed_one_is_not() -> None:
    async def story(store: CountingStore, lease: NodeLease) -> None:
        await lease.start()
        assert await listed(store) == NODE
        put = store.written.get_nowait()
        assert isinstance(put, Put)
        assert put.ttl == 15
        await lease.close()
        assert await store.get(keys.node("n1")) is None

    tell(story)


def test_news_of_many_apps_become_one_write() -> None:
    async def story(store: CountingStore, lease: NodeLease) -> None:
        await lease.start()
        store.written.get_nowait()
        for n in range(50):
            lease.report(f"app{n}", {1: READY})
        await store.written.get()
        assert len((await listed(store)).apps) == 50
        assert store.written.empty()

    tell(story)


def test_what_is_no_news_is_not_written_and_an_app_that_has_gone_is_taken_off() -> None:
    async def story(store: CountingStore, lease: NodeLease) -> None:
        await lease.start()
        lease.report("shop", {1: READY})
        await store.written.get()
        await store.written.get()
        lease.report("shop", {1: READY})
        assert not lease._news.is_set()
        lease.report("shop", {})
        await store.written.get()
        assert (await listed(store)).apps == {}

    tell(story)


def test_without_news_the_lease_alone_is_renewed() -> None:
    async def story(store: CountingStore, lease: NodeLease) -> None:
        await lease.start()
        store.written.get_nowait()
        assert [await store.renewed.get() for _ in range(3)] == [True] * 3
        assert store.written.empty()

    tell(story, ttl=1.5)


def test_a_node_that_has_lapsed_is_listed_again() -> None:
    async def story(store: CountingStore, lease: NodeLease) -> None:
        await lease.start()
        store.written.get_nowait()
        await store.commit([Delete(keys.node("n1"))])
        store.written.get_nowait()
        assert isinstance(await store.written.get(), Put)
        assert await listed(store) == NODE

    tell(story, ttl=0.3)


def test_what_a_failed_write_was_to_say_is_said_with_the_next_renewal() -> None:
    async def story(store: CountingStore, lease: NodeLease) -> None:
        await lease.start()
        store.written.get_nowait()
        store.away = True
        lease.report("shop", {1: READY})
        await store.written.get()
        store.away = False
        await store.written.get()
        assert (await listed(store)).apps == {"shop": {1: READY}}

    tell(story, ttl=0.3)


def test_a_store_that_is_away_stops_nothing_and_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async def story(store: CountingStore, lease: NodeLease) -> None:
        store.away = True
        await lease.start()
        store.away = False
        lease.report("shop", {1: READY})
        await store.written.get()
        await store.written.get()
        assert (await listed(store)).apps == {"shop": {1: READY}}
        store.away = True
        await lease.close()

    tell(story)
    assert "could not be listed" in caplog.text
    assert "will lapse by itself" in caplog.text
