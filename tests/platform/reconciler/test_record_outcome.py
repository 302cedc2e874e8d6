from __future__ import annotations

import asyncio

from msgspec.structs import replace

from tests.platform.reconciler.deploy_records import outcome, traffic
from vaas.platform.reconciler.record_outcome import record_outcome
from vaas.platform.records import keys
from vaas.platform.records.documents import find, put
from vaas.platform.records.records import Outcome, Traffic
from vaas.platform.store.memory import MemoryStore


async def recorded(before: Traffic, outcome: Outcome, *, latest: bool) -> tuple[Traffic, Outcome | None]:
    store = MemoryStore()
    await store.commit([put(keys.traffic("shop"), before)])
    await record_outcome(store, outcome, latest=latest)
    return await shown(store, outcome.number)


async def shown(store: MemoryStore, number: int) -> tuple[Traffic, Outcome | None]:
    now, found = (
        await find(store, keys.traffic("shop"), Traffic),
        await find(store, keys.outcome("shop", number), Outcome),
    )
    assert now is not None
    return now.record, found.record if found else None


def test_a_candidate_that_is_ready_becomes_latest_together_with_its_outcome() -> None:
    after = asyncio.run(recorded(traffic(latest=1, candidate=2), outcome(2), latest=True))
    assert after == (traffic(latest=2), outcome(2))


def test_a_candidate_that_failed_leaves_latest_where_it_was() -> None:
    after = asyncio.run(recorded(traffic(latest=1, candidate=2), outcome(2, "failed"), latest=False))
    assert after == (traffic(latest=1), outcome(2, "failed"))


def test_a_candidate_that_was_replaced_meanwhile_is_left_alone() -> None:
    after = asyncio.run(recorded(traffic(latest=1, candidate=3), outcome(2), latest=True))
    assert after == (traffic(latest=1, candidate=3), None)


def test_a_verdict_on_an_app_that_was_removed_writes_nothing() -> None:
    async def story() -> None:
        store = MemoryStore()
        assert await record_outcome(store, outcome(2), latest=True) == 0
        assert (await store.scan("")).entries == []

    asyncio.run(story())


def test_an_operator_who_locks_the_traffic_at_the_same_moment_loses_nothing() -> None:
    class Crowded(MemoryStore):
        crowd = True

        async def commit(self, changes: object, checks: object = ()) -> int:
            if self.crowd and checks:
                self.crowd = False
                locked = replace(traffic(latest=1, candidate=2), mode="lock", lock=1)
                await super().commit([put(keys.traffic("shop"), locked)])
            return await super().commit(changes, checks)  # type: ignore[arg-type]

    async def story() -> None:
        store = Crowded()
        await store.commit([put(keys.traffic("shop"), traffic(latest=1, candidate=2))])
        revision = await record_outcome(store, outcome(2), latest=True)
        assert await shown(store, 2) == (traffic(mode="lock", lock=1, latest=2), outcome(2))
        assert revision == 3

    asyncio.run(story())
