"""Typed documents: what is not valid is named, what was overtaken is tried again, what is awaited is watched."""

from __future__ import annotations

import asyncio

import pytest

from vaas.platform.records import keys, records
from vaas.platform.records.documents import (
    ATTEMPTS,
    PASSED_OVER,
    DocumentBroken,
    absent,
    find,
    find_all,
    put,
    retrying,
    until,
)
from vaas.platform.records.records import Domain
from vaas.platform.store.interface import Entry, Put, RevisionMismatch
from vaas.platform.store.memory import MemoryStore

KEY = keys.domain("a.example")
DOMAIN = Domain(domain="a.example", app="shop", created_at=records.now(), created_by="ann")


def test_what_was_put_is_found_with_its_check():
    async def main() -> None:
        store = MemoryStore()
        await store.commit([put(KEY, DOMAIN)], [absent(KEY)])
        found = await find(store, KEY, Domain)
        assert found is not None
        assert found.record == DOMAIN
        await store.commit([put(KEY, DOMAIN)], [found.unchanged])
        with pytest.raises(RevisionMismatch):
            await store.commit([put(KEY, DOMAIN)], [found.unchanged])

    asyncio.run(main())


def test_what_is_not_there_is_none():
    assert asyncio.run(find(MemoryStore(), KEY, Domain)) is None


@pytest.mark.parametrize("value", [b"", b"{", b"{}", b'{"domain": 5}', b"\xff"])
def test_a_document_that_is_not_valid_is_named(value: bytes):
    async def main() -> None:
        store = MemoryStore()
        await store.commit([Put(KEY, value)])
        with pytest.raises(DocumentBroken, match=f"document {KEY} in the config store is not valid"):
            await find(store, KEY, Domain)

    asyncio.run(main())


def test_a_list_passes_over_what_is_not_valid_and_names_it():
    async def main() -> None:
        store, noted = MemoryStore(), dict[str, str]()
        astray, garbage = keys.domain("b.example"), f"{keys.DOMAINS}UPPER"
        await store.commit([put(KEY, DOMAIN), put(astray, DOMAIN), Put(garbage, b"{}")])
        PASSED_OVER.set(noted)
        found = await find_all(store, keys.DOMAINS, Domain)
        assert [doc.record for doc in found] == [DOMAIN]
        assert set(found.broken) == set(noted) == {astray, garbage}
        assert KEY in found.broken[astray]

    asyncio.run(main())


def overtaken(times: int) -> tuple[list[int], object]:
    tries: list[int] = []

    async def attempt() -> str:
        tries.append(len(tries))
        if len(tries) <= times:
            raise RevisionMismatch(key=KEY, actual=2, expected=1)
        return "done"

    return tries, attempt


def test_a_transaction_that_was_overtaken_begins_anew():
    tries, attempt = overtaken(3)
    assert asyncio.run(retrying(attempt)) == "done"  # type: ignore[arg-type]  # the helper's pair is loosely typed
    assert len(tries) == 4


def test_a_transaction_that_never_gets_through_says_so():
    tries, attempt = overtaken(1000)
    with pytest.raises(RevisionMismatch):
        asyncio.run(retrying(attempt))  # type: ignore[arg-type]  # the helper's pair is loosely typed
    assert len(tries) == ATTEMPTS


def test_waiting_ends_with_the_change_that_is_waited_for_and_leaves_no_watcher():
    async def main() -> None:
        store = MemoryStore()
        looks: list[int] = []

        def two(entries: list[Entry]) -> bool:
            looks.append(len(entries))
            return len(entries) == 2

        async def change() -> None:
            for name in ("a", "b"):
                await store.commit([put(keys.domain(name), DOMAIN)])
                await store.commit([Put("/vaas/elsewhere", b"")])
                await asyncio.sleep(0)

        async with asyncio.timeout(10):
            await asyncio.gather(until(store, keys.DOMAINS, two), change())
        assert looks == sorted(looks)
        assert store._feed.watchers == 0

    asyncio.run(main())


def test_waiting_goes_on_when_the_store_keeps_no_changes():
    async def main() -> None:
        store = MemoryStore(history=0)

        async def change() -> None:
            await store.commit([Put("/vaas/elsewhere", b"x")])
            await store.commit([put(KEY, DOMAIN)])

        async with asyncio.timeout(10):
            await asyncio.gather(until(store, keys.DOMAINS, bool), change())

    asyncio.run(main())
