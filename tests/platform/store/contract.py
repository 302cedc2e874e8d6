"""What every config store must do. A test file subclasses ``StoreContract`` and says how its store is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from vaas.platform.store.interface import (
    ChangedTwice,
    Check,
    Compacted,
    Delete,
    Event,
    Put,
    RevisionMismatch,
    Store,
    StoreUnavailable,
)

PATIENCE = 5.0
"""Seconds until an awaited event is given up: only a broken store makes a test wait this long."""

SHORT_HISTORY = 1
"""Bytes of changes kept: none but the newest commit's."""


class Opener(Protocol):
    def __call__(self, history: int = ...) -> AbstractAsyncContextManager[Store]: ...


async def events(store: Store, prefix: str, after: int, commits: int) -> list[list[Event]]:
    """The changes of that many commits."""
    found: list[list[Event]] = []
    async with asyncio.timeout(PATIENCE), aclosing(store.watch(prefix, after)) as watch:
        while len(found) < commits:
            found.append(await anext(watch))
    return found


class StoreContract:
    open: Opener

    def run(self, scenario: Callable[[Store], Awaitable[None]], **options: Any) -> None:
        async def opened() -> None:
            async with self.open(**options) as store:
                await scenario(store)

        asyncio.run(opened())

    # --- reading and writing ---

    def test_a_new_store_is_empty_at_revision_zero(self) -> None:
        async def scenario(store: Store) -> None:
            assert await store.get("/a") is None
            assert await store.scan("") == ([], 0)

        self.run(scenario)

    def test_what_was_put_is_read_with_the_revision_of_its_commit(self) -> None:
        async def scenario(store: Store) -> None:
            first = await store.commit([Put("/a", b"1")])
            second = await store.commit([Put("/b", b"\x00\xff"), Put("/c", b"")])
            assert await store.get("/a") == ("/a", b"1", first)
            assert await store.get("/b") == ("/b", b"\x00\xff", second)
            assert await store.get("/c") == ("/c", b"", second)
            assert second == first + 1

        self.run(scenario)

    def test_a_later_put_replaces_the_value_and_raises_the_revision(self) -> None:
        async def scenario(store: Store) -> None:
            first = await store.commit([Put("/a", b"1")])
            await store.commit([Put("/a", b"2")])
            assert await store.get("/a") == ("/a", b"2", first + 1)

        self.run(scenario)

    def test_a_deleted_key_is_gone(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put("/a", b"1")])
            await store.commit([Delete("/a")])
            assert await store.get("/a") is None

        self.run(scenario)

    def test_deleting_what_is_not_there_is_no_change(self) -> None:
        async def scenario(store: Store) -> None:
            before = await store.commit([Put("/a", b"1")])
            assert await store.commit([Delete("/b")]) == before
            assert await store.commit([]) == before

        self.run(scenario)

    def test_a_scan_shows_the_prefix_alone_sorted_by_key(self) -> None:
        async def scenario(store: Store) -> None:
            keys = [
                "/vaas/apps/b",
                "/vaas/apps/a",
                "/vaas/apps/ä",
                "/vaas/app",
                "/vaas/appsx",
                "/x",
                "/vaas/apps/\U0010ffff",
            ]
            revision = await store.commit([Put(key, b"") for key in keys])
            listing = await store.scan("/vaas/apps/")
            assert [entry.key for entry in listing.entries] == [f"/vaas/apps/{name}" for name in "abä\U0010ffff"]
            assert listing.revision == revision

        self.run(scenario)

    def test_a_scan_tells_the_stores_revision_also_when_it_finds_nothing(self) -> None:
        async def scenario(store: Store) -> None:
            revision = await store.commit([Put("/a", b"")])
            assert await store.scan("/nothing") == ([], revision)

        self.run(scenario)

    # --- compare and set ---

    def test_a_commit_happens_when_its_checks_hold(self) -> None:
        async def scenario(store: Store) -> None:
            first = await store.commit([Put("/a", b"1")], [Check("/a", 0)])
            await store.commit([Put("/a", b"2")], [Check("/a", first), Check("/b", 0)])
            assert await store.get("/a") == ("/a", b"2", first + 1)

        self.run(scenario)

    def test_a_failing_check_names_the_key_and_both_revisions_and_nothing_changes(self) -> None:
        async def scenario(store: Store) -> None:
            first = await store.commit([Put("/a", b"1")])
            with pytest.raises(RevisionMismatch) as caught:
                await store.commit([Put("/b", b""), Delete("/a")], [Check("/b", 0), Check("/a", 0)])
            assert caught.value.facts == {"key": "/a", "actual": first, "expected": 0}
            assert await store.scan("") == ([("/a", b"1", first)], first)

        self.run(scenario)

    def test_a_check_of_a_deleted_key_fails(self) -> None:
        async def scenario(store: Store) -> None:
            first = await store.commit([Put("/a", b"1")])
            await store.commit([Delete("/a")])
            with pytest.raises(RevisionMismatch):
                await store.commit([Put("/a", b"2")], [Check("/a", first)])
            await store.commit([Put("/a", b"2")], [Check("/a", 0)])

        self.run(scenario)

    def test_checks_alone_are_looked_at_too(self) -> None:
        async def scenario(store: Store) -> None:
            revision = await store.commit([Put("/a", b"1")])
            assert await store.commit([], [Check("/a", revision)]) == revision
            with pytest.raises(RevisionMismatch):
                await store.commit([], [Check("/a", revision + 1)])

        self.run(scenario)

    def test_of_two_who_read_the_same_revision_one_wins(self) -> None:
        async def scenario(store: Store) -> None:
            revision = await store.commit([Put("/counter", b"0")])
            tries = [store.commit([Put("/counter", b"%d" % n)], [Check("/counter", revision)]) for n in range(8)]
            outcomes = await asyncio.gather(*tries, return_exceptions=True)
            assert [type(outcome) for outcome in outcomes].count(int) == 1
            assert [type(outcome) for outcome in outcomes].count(RevisionMismatch) == 7

        self.run(scenario)

    def test_a_key_changed_twice_in_one_commit_is_refused(self) -> None:
        async def scenario(store: Store) -> None:
            with pytest.raises(ChangedTwice, match="/a"):
                await store.commit([Put("/a", b"1"), Put("/b", b""), Delete("/a")])
            assert await store.scan("") == ([], 0)

        self.run(scenario)

    # --- watching ---

    def test_a_watch_from_a_listing_misses_nothing(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put("/a", b"1")])
            listing = await store.scan("/")
            changed = await store.commit([Put("/a", b"2")])
            deleted = await store.commit([Delete("/a")])
            expected = [[Event("/a", b"2", changed)], [Event("/a", None, deleted)]]
            assert await events(store, "/", listing.revision, 2) == expected

        self.run(scenario)

    def test_a_watch_hears_of_commits_made_while_it_waits(self) -> None:
        async def scenario(store: Store) -> None:
            watching = asyncio.create_task(events(store, "/", 0, 1))
            await asyncio.sleep(0)
            revision = await store.commit([Put("/a", b"1")])
            assert await watching == [[Event("/a", b"1", revision)]]

        self.run(scenario)

    def test_the_changes_of_one_commit_come_together_in_order_and_of_the_prefix_alone(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put("/a/old", b"")])
            revision = await store.commit([Put("/a/2", b"2"), Put("/b", b""), Delete("/a/old"), Put("/a/1", b"1")])
            expected = [Event("/a/2", b"2", revision), Event("/a/old", None, revision), Event("/a/1", b"1", revision)]
            assert await events(store, "/a/", revision - 1, 1) == [expected]

        self.run(scenario)

    def test_commits_without_a_change_of_the_prefix_are_passed_over(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put("/b", b"")])
            await store.commit([Delete("/nothing")])
            revision = await store.commit([Put("/a", b"")])
            await store.commit([Put("/b", b"2")])
            assert await events(store, "/a", 0, 1) == [[Event("/a", b"", revision)]]

        self.run(scenario)

    def test_several_watchers_each_see_everything_from_where_they_began(self) -> None:
        async def scenario(store: Store) -> None:
            watching = [asyncio.create_task(events(store, "/", after, 5 - after)) for after in (0, 0)]
            await asyncio.sleep(0)
            for n in range(5):
                await store.commit([Put("/a", b"%d" % n)])
            everything = await events(store, "/", 0, 5)
            assert [await watch for watch in watching] == [everything, everything]
            assert await events(store, "/", 3, 2) == everything[3:]

        self.run(scenario)

    def test_a_slow_watcher_delays_no_other_and_loses_nothing(self) -> None:
        async def scenario(store: Store) -> None:
            async with aclosing(store.watch("/", 0)) as slow:
                await store.commit([Put("/a", b"first")])
                assert (await anext(slow))[0].value == b"first"
                for n in range(50):
                    await store.commit([Put("/a", b"%d" % n)])
                assert [(await anext(slow))[0].value for _ in range(50)] == [b"%d" % n for n in range(50)]

        self.run(scenario)

    def test_changes_no_longer_kept_are_compacted_and_a_new_listing_goes_on(self) -> None:
        async def scenario(store: Store) -> None:
            for n in range(3):
                await store.commit([Put("/a", b"%d" % n)])
            with pytest.raises(Compacted, match="since revision 0"):
                await events(store, "/", 0, 1)
            listing = await store.scan("/")
            revision = await store.commit([Put("/b", b"")])
            assert await events(store, "/", listing.revision, 1) == [[Event("/b", b"", revision)]]

        self.run(scenario, history=SHORT_HISTORY)

    def test_a_watcher_left_too_far_behind_is_told_so(self) -> None:
        async def scenario(store: Store) -> None:
            async with aclosing(store.watch("/", 0)) as slow:
                await store.commit([Put("/a", b"")])
                await anext(slow)
                for _ in range(3):
                    await store.commit([Put("/a", b"")])
                with pytest.raises(Compacted):
                    await anext(slow)

        self.run(scenario, history=SHORT_HISTORY)

    def test_a_cancelled_watcher_leaves_nothing_behind(self) -> None:
        async def scenario(store: Store) -> None:
            before, at_rest = len(asyncio.all_tasks()), repr(store)
            watching = [asyncio.create_task(events(store, "/", 0, 1)) for _ in range(3)]
            await asyncio.sleep(0)
            assert repr(store) != at_rest
            for watch in watching:
                watch.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            assert (len(asyncio.all_tasks()), repr(store)) == (before, at_rest)

        self.run(scenario)

    def test_a_cancelled_commit_is_seen_by_watchers_if_it_happened(self) -> None:
        async def scenario(store: Store) -> None:
            cancelled = asyncio.create_task(store.commit([Put("/a", b"1")]))
            await asyncio.sleep(0)
            cancelled.cancel()
            await asyncio.gather(cancelled, return_exceptions=True)
            last = await store.commit([Put("/b", b"")])
            seen = [event.key for commit in await events(store, "/", 0, last) for event in commit]
            assert seen == [entry.key for entry in (await store.scan("/")).entries]

        self.run(scenario)

    # --- time to live ---

    def test_a_key_with_a_time_to_live_disappears_and_watchers_hear_of_it(self) -> None:
        async def scenario(store: Store) -> None:
            put = await store.commit([Put("/node", b"here", ttl=0.02)])
            expected = [[Event("/node", b"here", put)], [Event("/node", None, put + 1)]]
            assert (await events(store, "/", 0, 2)) == expected
            assert await store.get("/node") is None

        self.run(scenario)

    def test_a_key_that_is_put_again_stays(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put("/kept", b"", ttl=0.2), Put("/left", b"", ttl=0.2)])
            await store.commit([Put("/kept", b"", ttl=60)])
            gone = await events(store, "/", 2, 1)
            assert [event.key for event in gone[0]] == ["/left"]
            assert await store.get("/kept")

        self.run(scenario)

    def test_a_renewed_key_stays(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put("/kept", b"here", ttl=0.6), Put("/left", b"", ttl=0.6)])
            await asyncio.sleep(0.1)
            assert await store.renew("/kept")
            gone = await events(store, "/", 1, 1)
            assert [event.key for event in gone[0]] == ["/left"]
            assert await store.get("/kept")
            assert [event.key for event in (await events(store, "/", 2, 1))[0]] == ["/kept"]

        self.run(scenario)

    def test_a_renewal_is_no_commit(self) -> None:
        async def scenario(store: Store) -> None:
            put = await store.commit([Put("/node", b"here", ttl=60)])
            watching = asyncio.create_task(events(store, "/", put, 1))
            await asyncio.sleep(0)
            assert await store.renew("/node")
            assert await store.get("/node") == ("/node", b"here", put)
            last = await store.commit([Put("/other", b"")], [Check("/node", put)])
            assert await watching == [[Event("/other", b"", last)]]
            assert last == put + 1

        self.run(scenario)

    def test_what_has_no_time_to_live_or_has_it_no_more_is_not_renewed(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put("/lapsed", b"", ttl=0.02), Put("/kept", b""), Put("/was", b"", ttl=60)])
            await store.commit([Put("/was", b"")])
            assert (await events(store, "/lapsed", 1, 1))[0][0].value is None
            assert [await store.renew(key) for key in ("/lapsed", "/kept", "/was", "/nothing")] == [False] * 4

        self.run(scenario)

    def test_a_key_put_again_without_a_time_to_live_stays_for_ever(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put("/kept", b"", ttl=0.2)])
            await store.commit([Put("/kept", b"")])
            await store.commit([Put("/clock", b"", ttl=0.25)])
            assert await events(store, "/", 3, 1) == [[Event("/clock", None, 4)]]
            assert await store.get("/kept")

        self.run(scenario)

    def test_a_deleted_key_with_a_time_to_live_is_not_deleted_again(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put("/a", b"", ttl=0.2)])
            await store.commit([Delete("/a")])
            await store.commit([Put("/a", b"new")])
            await store.commit([Put("/clock", b"", ttl=0.25)])
            await events(store, "/clock", 4, 1)
            assert await store.get("/a") == ("/a", b"new", 3)

        self.run(scenario)

    def test_many_keys_disappear_each_in_its_time(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put(f"/{n}", b"", ttl=0.02 + n / 100) for n in range(5)])
            gone = await events(store, "/", 1, 5)
            assert [event.key for commit in gone for event in commit] == [f"/{n}" for n in range(5)]

        self.run(scenario)

    # --- closing ---

    def test_a_closed_store_says_so_and_wakes_its_watchers(self) -> None:
        async def scenario(store: Store) -> None:
            await store.commit([Put("/a", b"", ttl=60)])
            watching = asyncio.create_task(events(store, "/", 1, 1))
            await asyncio.sleep(0)
            await store.close()
            with pytest.raises(StoreUnavailable, match="closed"):
                await watching
            for use in (store.get("/a"), store.scan("/"), store.commit([]), store.renew("/a")):
                with pytest.raises(StoreUnavailable, match="closed"):
                    await use
            await store.close()

        self.run(scenario)

    # --- everything at once ---

    def test_any_run_of_commits_agrees_with_a_model_and_every_watcher_sees_just_its_changes(self) -> None:
        opened = self.open

        class Machine(StoreMachine):
            open = staticmethod(opened)

        few = settings(max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
        run_state_machine_as_test(Machine, settings=few)


KEYS = st.sampled_from(["/a", "/a/1", "/a/2", "/ab", "/b/1", "/b/2"])
PREFIXES = st.sampled_from(["", "/", "/a", "/a/", "/b/", "/nothing"])
CHANGES = st.lists(
    st.one_of(st.builds(Put, KEYS, st.binary(max_size=4), st.none()), st.builds(Delete, KEYS)),
    max_size=4,
    unique_by=lambda change: change.key,
)


class StoreMachine(RuleBasedStateMachine):
    """A dict, and a list of what each commit changed, beside the store."""

    open: Opener

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.model: dict[str, tuple[bytes, int]] = {}
        self.log: list[list[Event]] = []

    @initialize()
    def begin(self) -> None:
        self.opened = self.open()
        self.store = self.runner.run(self.opened.__aenter__())

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.runner.run(self.opened.__aexit__(None, None, None))
        self.runner.close()

    @rule(changes=CHANGES, checked=st.lists(KEYS, max_size=2))
    def commit_with_what_was_read(self, changes: list[Put | Delete], checked: list[str]) -> None:
        checks = [Check(key, self.model.get(key, (b"", 0))[1]) for key in checked]
        revision = self.runner.run(self.store.commit(changes, checks))
        self._apply(changes)
        assert revision == len(self.log)

    @rule(changes=CHANGES, key=KEYS, off=st.integers(1, 3))
    def commit_with_a_stale_check(self, changes: list[Put | Delete], key: str, off: int) -> None:
        with pytest.raises(RevisionMismatch):
            self.runner.run(self.store.commit(changes, [Check(key, self.model.get(key, (b"", 0))[1] + off)]))

    @rule(prefix=PREFIXES, data=st.data())
    def watch(self, prefix: str, data: st.DataObject) -> None:
        after = data.draw(st.integers(0, len(self.log)))
        commits = [[event for event in commit if event.key.startswith(prefix)] for commit in self.log[after:]]
        expected = [commit for commit in commits if commit]
        assert self.runner.run(events(self.store, prefix, after, len(expected))) == expected

    @rule(prefix=PREFIXES)
    def scan(self, prefix: str) -> None:
        found = self.runner.run(self.store.scan(prefix))
        expected = [(key, *self.model[key]) for key in sorted(self.model) if key.startswith(prefix)]
        assert found == (expected, len(self.log))

    @precondition(lambda self: hasattr(self, "opened"))
    @invariant()
    def every_key_reads_as_the_model_says(self) -> None:
        for key in ("/a", "/b/1"):
            value = self.model.get(key)
            assert self.runner.run(self.store.get(key)) == ((key, *value) if value else None)

    def _apply(self, changes: list[Put | Delete]) -> None:
        revision, changed = len(self.log) + 1, []
        for change in changes:
            if isinstance(change, Put):
                self.model[change.key] = (change.value, revision)
                changed.append(Event(change.key, change.value, revision))
            elif self.model.pop(change.key, None):
                changed.append(Event(change.key, None, revision))
        if changed:
            self.log.append(changed)
