from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest

from tests.platform.reconciler.deploy_node import TestNode, broken
from tests.platform.reconciler.deploy_records import ASKS_NET, ASKS_NOTHING, GRANTS_NET
from tests.slow_callbacks import watching
from vaas.core.errors import Unavailable
from vaas.core.policy import Permissions, Policy
from vaas.platform.bundles.interface import BundlesUnavailable
from vaas.platform.bundles.memory import MemoryBundles
from vaas.platform.reconciler.app_reconciler import FIRST_RETRY, LAST_RETRY, retry_after
from vaas.platform.reconciler.node_lease import NodeLease
from vaas.platform.reconciler.plan import TRIES
from vaas.platform.reconciler.reconciler import Reconciler
from vaas.platform.reconciler.tools import Tools
from vaas.platform.records import keys
from vaas.platform.records.records import Node, Traffic
from vaas.platform.store.interface import Put
from vaas.platform.store.memory import MemoryStore

Story = Callable[[TestNode], Coroutine[object, object, None]]


def tell(root: Path, story: Story) -> None:
    """Runs a test's story on a node that is gone afterwards."""

    async def run() -> None:
        async with asyncio.timeout(20), TestNode(root) as node:
            await story(node)

    asyncio.run(run())


async def until(holds: Callable[[], bool]) -> None:
    """Gives way until it holds; the story's own time limit is what ends this otherwise."""
    while not holds():  # noqa: ASYNC110 (what holds is no event)
        await asyncio.sleep(0)


# --- deploys ------------------------------------------------------------------------------------------------------


def test_a_deploy_is_fetched_unpacked_started_recorded_and_answers(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        outcome = await node.outcome(1)
        assert (outcome.state, node.answering()) == ("ready", 1)
        assert set(outcome.steps) == {"fetch", "verify", "unpack", "open", "start", "probe"}
        pool = node.routing.by_name["shop"].pools[1]
        assert pool.hosts == 1
        assert (Path(pool.spec.folder) / "app.py").read_text() == "# shop 1"

    tell(tmp_path, story)


def test_the_host_gets_folders_that_exist_for_its_data_and_cache(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        spec = node.pools.opened[0].spec
        assert all(Path(folder).is_dir() for folder in (spec.data, spec.cache))

    tell(tmp_path, story)


def test_data_is_kept_between_releases(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        (Path(node.pools.opened[0].spec.data) / "notes").write_text("milk")
        await node.deployed()
        assert (Path(node.pools.opened[1].spec.data) / "notes").read_text() == "milk"

    tell(tmp_path, story)


def test_a_release_that_does_not_start_is_recorded_with_its_place_and_traceback_and_the_old_one_answers(
    tmp_path: Path,
) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        node.pools.broken["v2"] = broken()
        await node.deployed()
        outcome = await node.outcome(2)
        assert (outcome.state, outcome.where, outcome.traceback) == ("failed", "app.py:3", "Traceback …")
        assert outcome.error == "SyntaxError: '(' was never closed"
        assert node.answering() == 1
        assert set(node.routing.by_name["shop"].pools) == {1}
        traffic = await node.read(keys.traffic("shop"), Traffic)
        assert (traffic.latest, traffic.candidate) == (1, 0)

    tell(tmp_path, story)


def test_the_hosts_of_a_replaced_release_are_wound_down_and_a_rollback_takes_that_back(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        await node.deployed()
        assert [pool.winding_down for pool in node.pools.opened] == [True, False]
        await node.point(mode="lock", lock=1)
        await node.settled()
        assert [pool.winding_down for pool in node.pools.opened] == [False, True]

    tell(tmp_path, story)


def test_a_release_that_never_answered_is_not_wound_down(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        await node.deploy(traffic=False)
        await node.settled()
        assert [pool.winding_down for pool in node.pools.opened] == [False, False]

    tell(tmp_path, story)


def test_after_a_failed_deploy_the_next_one_succeeds(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        node.pools.broken["v1"] = broken()
        await node.deployed()
        await node.deployed()
        assert node.answering() == 2

    tell(tmp_path, story)


def test_a_release_that_starts_but_does_not_answer_never_gets_a_request(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        node.pools.mute.add("v2")
        await node.deployed()
        assert (await node.outcome(2)).error.startswith("v2 has started, but it does not answer: No answer within")
        assert node.answering() == 1

    tell(tmp_path, story)


def test_a_bundle_that_is_damaged_in_the_store_fails_the_release_and_leaves_nothing(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        number = await node.deploy()
        digest = node.catalog.snapshot.apps["shop"].releases[number].digest
        node.bundles._bundles[digest] = b"something else"
        await node.settled()
        outcome = await node.outcome(2)
        assert outcome.state == "failed"
        assert "damaged" in outcome.error
        assert digest[:12] not in node.folders.fetched("shop") | node.folders.unpacked("shop")
        assert node.answering() == 1

    tell(tmp_path, story)


def test_a_bundle_that_cannot_be_unpacked_fails_the_release_with_the_reason(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        digest = await node.upload(b"not a zip")
        number = await node.deploy()
        release = node.catalog.snapshot.apps["shop"].releases[number]
        from msgspec.structs import replace

        from vaas.platform.records.documents import put

        await node.commit(put(keys.release("shop", number), replace(release, digest=digest)))
        await node.settled()
        assert (await node.outcome(number)).state == "failed"
        assert node.answering() == 1

    tell(tmp_path, story)


def test_while_the_bundle_store_is_away_a_deploy_is_tried_again_and_then_succeeds(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        get = node.bundles.get
        node.bundles.get = unavailable  # type: ignore[assignment]
        await node.deployed()
        assert (await node.read(keys.traffic("shop"), Traffic)).candidate == 1
        node.bundles.get = get  # type: ignore[method-assign]
        node.now += FIRST_RETRY
        node.reconciler._reconciler_of("shop").wake()
        await node.settled()
        assert node.answering() == 1

    tell(tmp_path, story)


def test_when_the_bundle_store_stays_away_the_deploy_fails_and_says_so(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        node.bundles.get = unavailable  # type: ignore[assignment]
        await node.deploy()
        for _ in range(TRIES):
            await node.settled()
            node.now += LAST_RETRY
            node.reconciler._reconciler_of("shop").wake()
        await node.settled()
        outcome = await node.outcome(1)
        assert (outcome.state, outcome.error) == (
            "failed",
            "The bundle store does not take or give bundles: it is away",
        )

    tell(tmp_path, story)


async def unavailable(digest: str) -> object:
    raise BundlesUnavailable(reason="it is away")
    yield b""


def test_a_second_deploy_does_not_wait_for_a_first_that_hangs(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        node.pools.gates["v1"] = asyncio.Event()
        await node.deploy()
        await node.pools.warming.wait()
        await node.deployed()
        assert node.answering() == 2
        assert node.pools.opened[0].closed is not None

    tell(tmp_path, story)


def test_a_rollback_does_not_wait_for_a_deploy_on_its_way(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        await node.deployed()
        node.pools.gates["v3"] = asyncio.Event()
        node.pools.warming.clear()
        await node.deploy()
        await node.pools.warming.wait()
        await node.point(mode="lock", lock=1)
        await until(lambda: node.routing.by_name["shop"].traffic.mode == "lock")
        node.pools.gates["v3"].set()
        await node.settled()
        assert (await node.outcome(3)).state == "ready"

    tell(tmp_path, story)


def test_requests_in_flight_keep_their_pool_until_it_has_drained(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        taken = node.routing.by_name["shop"]
        node.pools.may_end.clear()
        await node.set(env={"MODE": "dark"})
        await node.settled()
        old, new = node.pools.opened
        assert taken.pools[1] is old
        assert node.routing.by_name["shop"].pools[1] is new
        assert (old.closed, old.hosts, new.hosts) == (10.0, 1, 1)

    tell(tmp_path, story)


def test_a_deploy_with_no_traffic_is_ready_but_the_one_before_answers(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        await node.deploy(traffic=False)
        await node.settled()
        assert (await node.outcome(2)).state == "ready"
        assert node.answering() == 1
        assert set(node.routing.by_name["shop"].pools) == {1, 2}

    tell(tmp_path, story)


def test_a_release_that_lacks_a_grant_is_recorded_as_waiting_with_what_is_missing(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deploy(asks=ASKS_NET)
        await node.settled()
        outcome = await node.outcome(1)
        assert (outcome.state, outcome.missing) == ("waiting", GRANTS_NET)
        assert node.pools.opened == []

    tell(tmp_path, story)


def test_taking_a_grant_away_closes_the_hosts_at_once(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deploy(asks=ASKS_NET)
        await node.set(grants=GRANTS_NET)
        await node.point(candidate=1)
        await node.settled()
        await node.set()
        await node.settled()
        old, new = node.pools.opened
        assert old.closed == 0
        assert new.spec.policy.permissions.net == ()
        assert node.routing.by_name["shop"].pools[1] is new

    tell(tmp_path, story)


# --- domains, removal, restart ------------------------------------------------------------------------------------


def test_domains_reach_the_gateway_as_they_change(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        await node.domain("shop.example", "shop")
        await until(lambda: "shop.example" in node.routing.by_domain)
        assert node.routing.by_domain["shop.example"] is node.routing.by_name["shop"]

    tell(tmp_path, story)


def test_a_removed_app_leaves_the_gateway_at_once_and_the_disk_after_its_last_request(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        node.pools.may_end.clear()
        await node.remove()
        await node.settled()
        assert "shop" not in node.routing.by_name
        assert node.folders.unpacked("shop")
        node.pools.may_end.set()
        await until(lambda: not node.reconciler._reconcilers)
        assert not [path for path in tmp_path.rglob("*") if path.name == "shop"]

    tell(tmp_path, story)


def test_an_app_made_again_after_its_removal_finds_nothing_of_the_old_data(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        (Path(node.pools.opened[0].spec.data) / "notes").write_text("secret")
        await node.remove()
        await node.deployed()
        assert not (Path(node.pools.opened[-1].spec.data) / "notes").exists()

    tell(tmp_path, story)


def test_a_restarted_node_knows_the_way_to_every_app_before_it_listens(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        for name in ("shop", "blog"):
            await node.deployed(name)
        async with TestNode(tmp_path, node.store, node.bundles) as again:
            assert not again.routing.by_name
            await again.reconciler.begun(20)
            assert set(again.routing.by_name) == {"shop", "blog"}

    tell(tmp_path, story)


def test_an_app_that_takes_long_to_come_is_not_waited_for(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed("blog")
        node.pools.gates["v1"] = asyncio.Event()
        await node.deploy("shop")
        await node.pools.warming.wait()
        await node.reconciler.begun(0.01)
        assert set(node.routing.by_name) >= {"blog"}
        node.pools.gates["v1"].set()
        await node.settled("shop")
        assert node.answering("shop") == 1

    tell(tmp_path, story)


def test_a_restarted_node_opens_what_it_has_and_fetches_nothing(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        await node.reconciler.close()
        again = TestNode(tmp_path, node.store, node.bundles)
        node.bundles._bundles.clear()
        async with again:
            await again.settled()
            assert again.answering() == 1
            assert again.pools.opened[0].hosts == 0

    tell(tmp_path, story)


def test_a_folder_deleted_by_hand_comes_back(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        folder = Path(node.pools.opened[0].spec.folder)
        (folder / "app.py").unlink()
        folder.rmdir()
        node.reconciler._reconciler_of("shop").wake()
        await node.settled()
        assert (folder / "app.py").exists()

    tell(tmp_path, story)


# --- each app alone -----------------------------------------------------------------------------------------------


def test_an_app_whose_document_is_broken_keeps_running_and_the_others_are_deployed(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed("shop")
        await node.commit(Put(keys.settings("shop"), b"{"))
        await node.deploy("shop")
        await node.deployed("blog")
        await node.settled("shop")
        assert (node.answering("shop"), node.answering("blog")) == (1, 1)
        await until(lambda: 0 in node.lease.node.apps["shop"])
        assert keys.settings("shop") in node.lease.node.apps["shop"][0].error

    tell(tmp_path, story)


def test_a_repaired_document_ends_the_quarantine(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        await node.commit(Put(keys.settings("shop"), b"{"))
        await node.deploy()
        await node.settled()
        assert node.answering() == 1
        await node.set()
        await node.settled()
        assert node.answering() == 2
        assert 0 not in node.lease.node.apps["shop"]

    tell(tmp_path, story)


def test_a_fault_at_the_very_beginning_of_an_app_is_its_own_and_is_told(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        sweep = node.folders.sweep

        def failing(app: str) -> None:
            if app == "shop":
                raise OSError("no such luck")
            sweep(app)

        node.folders.sweep = failing  # type: ignore[method-assign]
        await node.deploy("shop")
        await node.deployed("blog")
        assert node.answering("blog") == 1
        await until(lambda: bool(node.reconciler.quarantine("shop")))
        assert node.reconciler.quarantine("shop") == "OSError: no such luck"
        assert node.reconciler.quarantine("blog") == node.reconciler.quarantine("nothing") == ""
        node.folders.sweep = sweep  # type: ignore[method-assign]
        node.reconciler._reconciler_of("shop").wake()
        await node.settled("shop")
        assert node.answering("shop") == 1
        assert node.reconciler.quarantine("shop") == ""

    tell(tmp_path, story)


def test_a_record_beyond_the_bounds_quarantines_its_app_with_the_reason_and_the_others_go_on(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed("shop")
        release = msgspec.json.decode((await node.store.get(keys.release("shop", 1))).value)  # type: ignore[union-attr]
        release["manifest"]["policy"]["permissions"] = {"modules": [f"m{n}" for n in range(20_000)]}
        await node.commit(Put(keys.release("shop", 1), msgspec.json.encode(release)))
        await node.deployed("blog")
        await until(lambda: "20000 entries; 256 entries are the most" in node.reconciler.quarantine("shop"))
        assert (node.answering("shop"), node.answering("blog")) == (1, 1)

    with watching() as watch:
        tell(tmp_path, story)
    assert [slow for slow in watch.slow if slow.seconds > 0.05] == []  # the story's own steps are on that loop, too


def test_hundreds_of_stored_apps_are_worked_on_in_short_turns(tmp_path: Path) -> None:
    many = {kind: tuple(f"{kind}.m{n}" for n in range(256)) for kind in ("modules", "env")}
    asks = Policy(permissions=Permissions(**many))

    async def fill() -> tuple[list[Put], MemoryBundles]:
        async with TestNode(tmp_path / "before") as node:
            for number in range(150):
                await node.deploy(f"app{number}", asks=asks if number % 10 == 0 else ASKS_NOTHING)
            entries = (await node.store.scan(keys.EVERYTHING)).entries
            return [Put(entry.key, entry.value) for entry in entries if keys.NODES not in entry.key], node.bundles

    async def start(puts: list[Put], bundles: MemoryBundles) -> None:
        store = MemoryStore()
        await store.commit(puts)
        async with TestNode(tmp_path / "after", store, bundles) as node:
            await node.reconciler.begun(60)
            assert len(node.routing.by_name) == 150

    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    stored = asyncio.run(fill())
    with watching() as watch:
        asyncio.run(start(*stored))
    watch.check()


def test_an_app_that_hangs_while_starting_holds_up_no_other(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        node.pools.gates["v1"] = asyncio.Event()
        await node.deploy("shop")
        await node.pools.warming.wait()
        del node.pools.gates["v1"]
        await node.deployed("blog")
        assert node.answering("blog") == 1

    tell(tmp_path, story)


def test_an_app_that_trips_over_a_fault_of_ours_is_quarantined_and_goes_on_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(node: TestNode) -> None:
        born, node.folders.born = node.folders.born, lambda app: 1 / 0  # type: ignore[method-assign,assignment]
        await node.deploy()
        await until(lambda: bool(node.reconciler._reconciler_of("shop").quarantine))
        assert node.lease.node.apps["shop"][0].error == "ZeroDivisionError: division by zero"
        node.folders.born = born  # type: ignore[method-assign]
        node.reconciler._reconciler_of("shop").wake()
        await node.settled()
        assert node.answering() == 1

    tell(tmp_path, story)
    assert "shop is quarantined" in caplog.text


def test_a_store_that_is_away_when_the_verdict_is_written_does_not_lose_the_deploy(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        commit, refused = node.store.commit, asyncio.Event()

        async def away(*_: object) -> int:
            refused.set()
            raise Unavailable(problem="away")

        node.pools.gates["v1"] = asyncio.Event()
        await node.deploy()
        await node.pools.warming.wait()
        node.store.commit = away  # type: ignore[method-assign,assignment]
        node.pools.gates["v1"].set()
        await until(lambda: bool(node.reconciler._reconciler_of("shop").quarantine))
        node.store.commit = commit  # type: ignore[method-assign]
        node.reconciler._reconciler_of("shop").wake()
        await node.settled()
        assert (await node.outcome(1)).state == "ready"
        assert node.answering() == 1

    tell(tmp_path, story)


# --- what people see ----------------------------------------------------------------------------------------------


def test_the_node_says_how_each_release_fares_and_how_long_its_steps_took(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        await node.deployed()
        node.pools.broken["v1"] = broken("KeyError: 'MODE'")
        await node.set(env={"MODE": "broken"})
        await node.settled()
        await until(lambda: node.lease.node.apps["shop"][1].state == "failed")
        told = node.lease.node.apps["shop"][1]
        assert (told.error, told.where) == ("KeyError: 'MODE'", "app.py:3")
        assert {"fetch", "verify", "unpack", "open", "start", "probe"} <= told.steps.keys()

    tell(tmp_path, story)


def test_the_node_is_listed_while_it_runs_and_not_afterwards(tmp_path: Path) -> None:
    async def story(node: TestNode) -> None:
        assert (await node.read(keys.node("n1"), Node)).gateway == "http://gateway"
        await node.deployed()
        while "shop" not in (await node.read(keys.node("n1"), Node)).apps:  # noqa: ASYNC110 (the store has no event for it)
            await asyncio.sleep(0)
        await node.reconciler.close()
        assert await node.store.get(keys.node("n1")) is None

    tell(tmp_path, story)


def test_tries_come_later_and_later_but_never_later_than_a_minute() -> None:
    pauses = [retry_after(tries) for tries in range(1, 2000)]
    assert pauses[:4] == [0.5, 1, 2, 4]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 60


@pytest.mark.parametrize("apps", [1, 9, 300, 2500])
def test_a_full_pass_looks_at_every_app_once_in_parts_of_thirty_at_most(apps: int) -> None:
    names = {f"app-{number}" for number in range(apps)}
    catalog = SimpleNamespace(snapshot=SimpleNamespace(apps=dict.fromkeys(names)))
    reconciler = Reconciler(cast(Tools, SimpleNamespace(catalog=catalog)), cast(NodeLease, None))
    parts = []
    while sum(map(len, parts)) < apps:
        parts.append(reconciler._next_part())
    assert set().union(*parts) == names
    assert max(map(len, parts)) <= 30
    assert len(parts) <= max(10, -(-apps // 30))
