from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.slow_callbacks import watching
from vaas.platform.records import keys
from vaas.platform.records.catalog import AT_ONCE, PER_DOCUMENT, Catalog, folded, missed
from vaas.platform.records.documents import put
from vaas.platform.records.records import App, Node, Settings, Token
from vaas.platform.records.snapshot import Snapshot, fold
from vaas.platform.store.interface import Compacted, Delete, Entry, Event, Listing, Put, StoreUnavailable
from vaas.platform.store.memory import MemoryStore

AT = datetime(2026, 1, 2, tzinfo=UTC)


def load(listing: Listing) -> Snapshot:
    return fold(Snapshot(), [Event(*entry) for entry in listing.entries], listing.revision)


def app(name: str = "shop", releases: int = 0) -> Put:
    return put(keys.app(name), App(name=name, created_at=AT, created_by="ada", releases=releases))


class MoodyStore(MemoryStore):
    """A store that can be away, hang, forget to tell, or forget the past."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.hangs = False
        self.deaf = False
        """Its watches tell nothing any more."""
        self.compacted = 0
        """How many of the next watches find the past forgotten."""
        self.listed = 0
        self.refused = asyncio.Event()
        self.watched = asyncio.Event()

    async def scan(self, prefix: str) -> Listing:
        if self.hangs:
            await asyncio.Event().wait()
        if self.away:
            self.refused.set()
            raise StoreUnavailable(reason="away")
        self.listed += 1
        return await super().scan(prefix)

    async def watch(self, prefix: str, after: int) -> AsyncIterator[list[Event]]:
        if self.compacted:
            self.compacted -= 1
            raise Compacted(revision=after)
        self.watched.set()
        async for events in super().watch(prefix, after):
            if self.away:
                self.refused.set()
                raise StoreUnavailable(reason="away")
            if not self.deaf:
                yield events


Story = Callable[[MoodyStore, Catalog], Coroutine[object, object, None]]


def tell(tmp_path: Path, story: Story, **times: float) -> None:
    async def run() -> None:
        store = MoodyStore()
        await store.commit([app()])
        catalog = Catalog(store, tmp_path / "catalog", **{"retry": 0.0, **times})  # type: ignore[arg-type]
        async with asyncio.timeout(20):
            await catalog.start()
            try:
                await story(store, catalog)
            finally:
                await catalog.close()
                await store.close()

    asyncio.run(run())


def test_it_starts_with_all_that_the_store_holds(tmp_path: Path) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        assert catalog.snapshot.apps.keys() == {"shop"}
        assert catalog.revision == 1

    tell(tmp_path, story)


def test_a_commit_is_seen_and_told_with_the_names_of_the_apps_it_changes(tmp_path: Path) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        with catalog.subscribe() as changed:
            await store.commit([app("blog"), app("shop", 1)])
            assert await anext(changed) == {"shop", "blog"}
            assert catalog.snapshot.apps["shop"].app.releases == 1  # type: ignore[union-attr]

    tell(tmp_path, story)


def test_who_has_committed_can_wait_to_see_it(tmp_path: Path) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        for releases in range(1, 4):
            await catalog.reached(await store.commit([app(releases=releases)]))
            assert catalog.snapshot.apps["shop"].app.releases == releases  # type: ignore[union-attr]
        await catalog.reached(catalog.revision)

    tell(tmp_path, story)


def test_a_slow_subscriber_gets_each_name_once_and_a_closed_one_is_forgotten(tmp_path: Path) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        with catalog.subscribe() as changed:
            for releases in range(1, 50):
                await catalog.reached(await store.commit([app(releases=releases)]))
            assert await anext(changed) == {"shop"}
            quiet = asyncio.create_task(anext(changed))  # type: ignore[arg-type]
            await asyncio.sleep(0)
            assert not quiet.done()
            quiet.cancel()
        assert not catalog._subscriptions

    tell(tmp_path, story)


def test_a_change_that_is_not_about_an_app_wakes_no_subscriber(tmp_path: Path) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        node = Node(id="n", gateway="g", console="c", started_at=AT, version="1")
        with catalog.subscribe() as changed:
            await catalog.reached(await store.commit([put(keys.node("n"), node)]))
            await store.commit([app("blog")])
            assert await anext(changed) == {"blog"}

    tell(tmp_path, story)


def test_when_the_store_has_forgotten_the_past_it_is_listed_anew(tmp_path: Path) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        await store.watched.wait()
        store.compacted = 3
        store.away = True
        await store.commit([app("blog")])
        await store.refused.wait()
        store.away = False
        await catalog.reached(await store.commit([app("wiki")]))
        assert catalog.snapshot.apps.keys() == {"shop", "blog", "wiki"}

    tell(tmp_path, story)


def test_while_the_store_is_away_the_last_snapshot_stays_in_force(tmp_path: Path) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        await store.watched.wait()
        store.away = True
        await store.commit([app("blog")])
        await store.refused.wait()
        assert catalog.snapshot.apps.keys() == {"shop"}
        store.away = False
        await catalog.reached(2)
        assert catalog.snapshot.apps.keys() == {"shop", "blog"}

    tell(tmp_path, story)


def test_a_watch_that_has_gone_stale_is_put_right_by_the_next_listing(tmp_path: Path) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        store.deaf = True
        await catalog.reached(await store.commit([app("blog")]))
        assert catalog.snapshot.apps.keys() == {"shop", "blog"}
        assert store.listed >= 2

    tell(tmp_path, story, resync=0.01)


def test_a_document_removed_while_no_watch_was_open_is_gone_after_the_next_listing(tmp_path: Path) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        store.deaf = True
        with catalog.subscribe() as changed:
            await store.commit([Delete(keys.app("shop"))])
            assert await anext(changed) == {"shop"}
        assert catalog.snapshot.apps == {}

    tell(tmp_path, story, resync=0.01)


def test_a_fault_of_ours_in_following_is_logged_and_followed_by_a_new_listing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        take, catalog._take = catalog._take, lambda events: 1 / 0  # type: ignore[method-assign,assignment]
        await catalog.reached(await store.commit([app("blog")]))
        catalog._take = take  # type: ignore[method-assign]
        assert "blog" in catalog.snapshot.apps

    tell(tmp_path, story)
    assert "listed anew" in caplog.text


# --- the last good one --------------------------------------------------------------------------------------------


def restarted(tmp_path: Path, how: str) -> Catalog:
    """A catalog that starts beside a store that is away, hangs or is empty."""

    async def run() -> Catalog:
        store = MoodyStore()
        setattr(store, how, True)
        catalog = Catalog(store, tmp_path / "catalog", patience=0.01)
        try:
            await catalog.start()
        finally:
            await catalog.close()
            await store.close()
        return catalog

    return asyncio.run(run())


@pytest.mark.parametrize("how", ["away", "hangs"])
def test_a_node_starts_from_disk_with_what_it_last_saw_while_the_store_is_down(tmp_path: Path, how: str) -> None:
    settings = Settings(app="shop", revision=1, author="ada", at=AT, env={"MODE": "dark"})

    async def story(store: MoodyStore, catalog: Catalog) -> None:
        await catalog.reached(await store.commit([app("blog"), put(keys.settings("shop"), settings)]))

    tell(tmp_path, story)
    again = restarted(tmp_path, how)
    assert again.snapshot.apps.keys() == {"shop", "blog"}
    assert again.snapshot.apps["shop"].settings == settings
    assert again.revision == 2


def test_a_quarantine_outlasts_a_restart_without_the_store(tmp_path: Path) -> None:
    async def story(store: MoodyStore, catalog: Catalog) -> None:
        await catalog.reached(await store.commit([Put(keys.settings("shop"), b"\xff{")]))

    tell(tmp_path, story)
    assert keys.settings("shop") in restarted(tmp_path, "away").snapshot.apps["shop"].broken


def test_tokens_and_nodes_are_not_kept_on_disk_and_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    token = Token(id="t", digest="hashhash", name="ci", role="admin", created_at=AT, created_by="ada")

    async def story(store: MoodyStore, catalog: Catalog) -> None:
        await catalog.reached(await store.commit([put(keys.token("t"), token), app("blog")]))

    tell(tmp_path, story)
    assert b"hashhash" not in (tmp_path / "catalog").read_bytes()
    assert (tmp_path / "catalog").stat().st_mode & 0o077 == 0


def test_without_a_store_and_without_a_saved_catalog_the_start_says_why_it_fails(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="away"):
        restarted(tmp_path, "away")
    with pytest.raises(StoreUnavailable, match=r"nothing came within 0\.01 s"):
        restarted(tmp_path, "hangs")


def test_a_damaged_file_is_passed_over_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "catalog").write_bytes(b"\x00garbage")
    with pytest.raises(StoreUnavailable):
        restarted(tmp_path, "away")
    assert "cannot be read" in caplog.text


def test_a_disk_that_takes_nothing_does_not_stop_the_catalog(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    (tmp_path / "catalog").mkdir()

    async def story(store: MoodyStore, catalog: Catalog) -> None:
        await catalog.reached(await store.commit([app("blog")]))
        assert "blog" in catalog.snapshot.apps

    tell(tmp_path, story)
    assert "could not be saved" in caplog.text


def test_once_the_store_is_back_a_node_that_started_from_disk_follows_it(tmp_path: Path) -> None:
    async def nothing(store: MoodyStore, catalog: Catalog) -> None:
        pass

    tell(tmp_path, nothing)

    async def run() -> None:
        store = MoodyStore()
        store.away = True
        catalog = Catalog(store, tmp_path / "catalog", retry=0.0)
        await catalog.start()
        with catalog.subscribe() as changed:
            await store.commit([app("blog")])
            store.away = False
            assert await anext(changed) == {"shop", "blog"}  # this store has never heard of shop
        assert catalog.snapshot.apps.keys() == {"blog"}
        await catalog.close()
        await store.close()

    asyncio.run(run())


entries = st.dictionaries(st.sampled_from(["shop", "blog", "till"]), st.tuples(st.integers(0, 2), st.integers(1, 5)))


@given(entries, entries)
def test_what_a_listing_shows_anew_is_all_that_differs_from_the_one_before(
    before: dict[str, tuple[int, int]], now: dict[str, tuple[int, int]]
) -> None:
    def listing(of: dict[str, tuple[int, int]], revision: int) -> Listing:
        puts = [(app(name, releases), at) for name, (releases, at) in of.items()]
        return Listing([Entry(put.key, put.value, at) for put, at in puts], revision)

    old, new = listing(before, 6), listing(now, 9)
    events = missed({e.key: e for e in old.entries}, {e.key: e for e in new.entries}, 9)
    assert fold(load(old), events, 9) == load(new)
    assert len(events) <= sum(before.get(name) != now.get(name) for name in before | now)


def test_a_store_of_thousands_of_documents_keeps_the_loop_for_no_long_turn() -> None:
    events = [Event(put.key, put.value, 1) for put in (app(f"app{number}") for number in range(20_000))]
    with watching() as watch:
        snapshot = asyncio.run(folded(Snapshot(), events, 1))
    assert len(snapshot.apps) == 20_000
    watch.check()


def test_a_change_whose_reading_was_cut_short_is_seen_by_the_next_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = asyncio.Event()

    class Hanging:
        async def rest(self) -> None:
            if not cut.is_set():
                cut.set()
                await asyncio.Event().wait()

    async def main() -> None:
        store = MemoryStore()
        catalog = Catalog(store, tmp_path / "last-good", resync=0.05)
        await catalog.start()
        monkeypatch.setattr("vaas.platform.records.catalog.Pace", Hanging)
        many = [
            put(keys.settings(f"app{n}"), Settings(app=f"app{n}", revision=1, author="a", at=AT)) for n in range(90)
        ]
        assert len(many) * PER_DOCUMENT > AT_ONCE
        await asyncio.wait_for(catalog.reached(await store.commit(many)), 10)
        assert cut.is_set()
        assert len(catalog.snapshot.apps) == 90
        await catalog.close()
        await store.close()

    asyncio.run(main())
