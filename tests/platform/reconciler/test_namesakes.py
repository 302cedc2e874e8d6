"""An app that was removed leaves nothing on this node, and a later one of its name has nothing of it; also where the
node was down when it was removed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.platform.reconciler.deploy_node import TestNode
from tests.platform.reconciler.deploy_records import AT, app, release
from vaas.core.confine.system import FIRST_UID, Capabilities
from vaas.platform.logs.log_store import Logs
from vaas.platform.reconciler.folders import LOOKED_AT, Folders
from vaas.platform.reconciler.uids import Uids
from vaas.platform.records import keys
from vaas.platform.records.documents import put
from vaas.platform.records.records import App, Removed, stamp
from vaas.platform.store.interface import Delete, StoreUnavailable
from vaas.platform.store.memory import MemoryStore

ROOT = Capabilities(linux=True, root=True, uids=2**32 - 1)


class Node(TestNode):
    """One that has logs, too, and tells which counts it has dropped."""

    def __init__(self, root: Path, before: TestNode | None = None) -> None:
        super().__init__(root, before.store if before else None, before.bundles if before else None)
        self.logs = Logs(root / "logs")
        self.forgotten: list[str] = []
        object.__setattr__(self.tools, "forget_logs", self.logs.forget)
        object.__setattr__(self.tools, "logged", self.logs.names)
        object.__setattr__(self.tools, "forget_counts", self._forget_counts)

    async def _forget_counts(self, app: str) -> None:
        self.forgotten.append(app)

    async def stop(self) -> None:
        """Leaves the store, which other nodes have, too."""
        await self.reconciler.close()
        await self.catalog.close()
        await self.logs.close()

    async def remove_unseen(self, kept: Removed | None = None) -> None:
        """In the store, while this node is down."""
        found = [entry.key for entry in (await self.store.scan(keys.EVERYTHING)).entries if "/shop" in entry.key]
        kept_as = [put(keys.removed("shop", stamp(kept.created_at)), kept)] if kept else []
        await self.store.commit([*map(Delete, found), *kept_as])

    async def records(self) -> App:
        return await self.read(keys.app("shop"), App)

    async def used(self, name: str = "shop") -> None:
        """Deploys it, and has it log and store something."""
        await self.deployed(name)
        (Path(self.pools.opened[-1].spec.data) / "note").write_text("milk")
        folder = self.root / "logs" / name
        folder.mkdir(parents=True)
        (folder / "00000001.jsonl").write_text("{}\n")


def tell(root: Path, story: Callable[[Node], Awaitable[None]]) -> None:
    async def main() -> None:
        node = Node(root)
        await node.catalog.start()
        await node.reconciler.start()
        await story(node)
        await node.store.close()

    asyncio.run(main())


def left(root: Path, name: str = "shop") -> list[str]:
    """All of that app, by its path, but for what has been set aside."""
    found = [str(path.relative_to(root)) for path in root.rglob("*") if name in path.name]
    return [path for path in found if not path.startswith("removed/")]


async def over(node: Node) -> None:
    async with asyncio.timeout(10):
        await asyncio.gather(*node.reconciler._tasks.values())


async def restarted(node: Node) -> Node:
    again = Node(node.root, node)
    await again.catalog.start()
    await again.reconciler.start()
    return again


def test_a_removed_app_leaves_nothing(tmp_path: Path) -> None:
    async def story(node: Node) -> None:
        await node.used()
        assert left(tmp_path)
        await node.remove()
        await over(node)
        assert (left(tmp_path), node.forgotten) == ([], ["shop"])
        assert not [*(tmp_path / "removed").iterdir()]
        await node.stop()

    tell(tmp_path, story)


def test_an_app_that_was_removed_while_the_node_was_down_leaves_nothing_in_its_place(tmp_path: Path) -> None:
    async def story(node: Node) -> None:
        await node.used()
        await node.stop()
        await node.remove_unseen()
        again = await restarted(node)
        await over(again)
        assert (left(tmp_path), again.forgotten) == ([], ["shop"])
        # No record says that it was removed: the store may have been lost, so what it had stored is kept for a while.
        assert (tmp_path / "removed" / "shop.1" / "data" / "note").read_text() == "milk"
        await again.stop()

    tell(tmp_path, story)


def test_one_that_was_removed_and_is_kept_is_set_aside_to_come_back(tmp_path: Path) -> None:
    async def story(node: Node) -> None:
        await node.used()
        made = (await node.records()).created_at
        await node.stop()
        await node.remove_unseen(Removed(app="shop", created_at=made, removed_at=AT, removed_by="ada"))
        again = await restarted(node)
        await again.settled()
        assert left(tmp_path) == []
        assert [path.name for path in (tmp_path / "removed").iterdir()] == [f"shop@{stamp(made)}"]
        await again.stop()

    tell(tmp_path, story)


def test_a_later_app_of_that_name_has_nothing_of_it_whether_or_not_the_node_saw_the_removal(tmp_path: Path) -> None:
    async def story(node: Node) -> None:
        await node.used()
        await node.stop()
        await node.remove_unseen()
        again = Node(tmp_path, node)
        again._time = AT.replace(year=2027)
        await again.catalog.start()
        await again.deploy()
        await again.reconciler.start()
        await again.settled()
        assert [*Path(again.pools.opened[-1].spec.data).iterdir()] == []
        assert (again.forgotten, again.logs.names()) == (["shop"], frozenset())
        await again.stop()

    tell(tmp_path, story)


def test_a_log_that_is_all_that_was_left_goes_too(tmp_path: Path) -> None:
    async def story(node: Node) -> None:
        await node.stop()
        for name in ("shop", "UPPER"):
            (tmp_path / "logs" / name).mkdir(parents=True)
            (tmp_path / "logs" / name / "00000001.jsonl").write_text("{}\n")
        again = await restarted(node)
        await over(again)
        assert os.listdir(tmp_path / "logs") == ["UPPER"]
        await again.stop()

    tell(tmp_path, story)


class Down(MemoryStore):
    async def scan(self, prefix: str) -> None:  # type: ignore[override]
        raise StoreUnavailable(reason="it is down")


def test_while_the_store_is_down_nothing_is_taken_for_removed(tmp_path: Path) -> None:
    """What was made after the last listing was saved is not in it."""

    async def story(node: Node) -> None:
        await node.deployed("blog")
        await node.stop()
        saved = (tmp_path / "catalog.msgpack").read_bytes()
        node = await restarted(node)
        await node.used()
        await node.stop()
        (tmp_path / "catalog.msgpack").write_bytes(saved)
        before = left(tmp_path)
        node.store.scan, scan = Down().scan, node.store.scan  # type: ignore[method-assign]
        again = await restarted(node)
        await again.settled("blog")
        assert left(tmp_path) == before
        await again.stop()
        node.store.scan = scan  # type: ignore[method-assign]

    tell(tmp_path, story)


def test_what_was_set_aside_without_a_record_goes_after_a_month(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    for name in ("shop.1", "shop.2", "shop@7"):
        (tmp_path / "removed" / name / "data").mkdir(parents=True)
    before = (tmp_path / "removed" / "shop.2").stat().st_mtime - LOOKED_AT - 60
    for name in ("shop.1", "shop@7"):
        os.utime(tmp_path / "removed" / name, (before, before))
    folders.lay_out()
    assert sorted(path.name for path in (tmp_path / "removed").iterdir()) == ["shop.2", "shop@7"]


def test_what_hosts_had_under_tmp_and_what_was_being_deleted_goes_at_the_next_start(tmp_path: Path) -> None:
    for name in ("tmp/shop-1/note", "removed/.shop.gone/data"):
        (tmp_path / name).mkdir(parents=True)
    Folders(tmp_path).lay_out()
    assert [*(tmp_path / "tmp").iterdir(), *(tmp_path / "removed").iterdir()] == []


# --- uids


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_a_later_app_of_a_name_is_another_user_and_one_that_comes_back_is_the_same(tmp_path: Path) -> None:
    folders, later = Folders(tmp_path, ROOT), AT.replace(year=2027)
    folders.lay_out()
    uids = []
    for made, kept in ((AT, stamp(AT)), (later, None), (AT, None)):
        folders.prepare(app(made), release(1))
        uids.append(folders.places(release(1), made).data.stat().st_uid)
        folders.remove_app("shop", keep_data=kept is not None, kept_as=kept)
    assert uids == [FIRST_UID, FIRST_UID + 1, FIRST_UID]
    assert not folders.traces("shop")


def test_no_number_is_given_again_after_its_app_has_gone(tmp_path: Path) -> None:
    uids = Uids(tmp_path / "uids.json", ROOT)
    assert [uids.of("shop", 1), uids.of("blog", 2)] == [FIRST_UID, FIRST_UID + 1]
    for name in ("blog", "shop"):
        uids.forget(name, kept=())
    assert uids.names() == {""}
    assert Uids(tmp_path / "uids.json", ROOT).of("shop", 3) == FIRST_UID + 2


def test_what_is_kept_keeps_its_number_until_it_is_purged(tmp_path: Path) -> None:
    uids = Uids(tmp_path / "uids.json", ROOT)
    first, second = uids.of("shop", 1), uids.of("shop", 2)
    uids.forget("shop", kept={1})
    assert (uids.has("shop", {1}), uids.has("shop", ()), uids.of("shop", 1)) == (False, True, first)
    uids.forget("shop", kept=())
    assert uids.of("shop", 4) == second + 1


def test_a_number_that_an_earlier_version_gave_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "uids.json"
    file.write_text('{"shop": 2000007}')
    assert [Uids(file, ROOT).of("shop", 1), Uids(file, ROOT).of("shop", 2)] == [2000007, 2000008]


def test_a_purge_of_what_is_kept_drops_its_number_and_not_that_of_the_app_that_is_here(tmp_path: Path) -> None:
    folders, later = Folders(tmp_path, ROOT), AT.replace(year=2027)
    folders.lay_out()
    uids = Uids(tmp_path / "node" / "uids.json", ROOT)
    kept, here = uids.of("shop", stamp(AT)), uids.of("shop", stamp(later))
    folders = Folders(tmp_path, ROOT)
    (tmp_path / "removed" / f"shop@{stamp(AT)}").mkdir(parents=True)
    (tmp_path / "apps" / "shop").mkdir()
    (tmp_path / "apps" / "shop" / "born").write_text(later.isoformat())
    folders.purge("shop", stamp(AT))
    again = Uids(tmp_path / "node" / "uids.json", ROOT)
    assert (again.known("shop", stamp(later)), again.known("shop", stamp(AT))) == (here, 0)
    assert kept != here
