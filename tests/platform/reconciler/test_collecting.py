"""What nothing names goes after a while, what is named stays, and what is just being brought or uploaded does, too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from tests.platform.reconciler.deploy_node import TestNode
from tests.platform.reconciler.deploy_records import AT, app, release
from tests.platform.reconciler.test_layers import CountedBundles, layer
from vaas.platform.reconciler.collecting import Collector, named_in
from vaas.platform.reconciler.folders import Folders
from vaas.platform.reconciler.layers import Layers
from vaas.platform.records import keys
from vaas.platform.records.documents import put
from vaas.platform.records.records import Release, Removed, encode, stamp
from vaas.platform.store.interface import Entry, Put
from vaas.platform.store.memory import MemoryStore


def collector(tmp_path: Path, store: MemoryStore, bundles: CountedBundles, *needed: str, grace: float = 0) -> Collector:
    layers = Layers(tmp_path / "layers", bundles)
    layers.lay_out()
    return Collector(store, bundles, layers, folders(tmp_path), Here(needed), grace=grace)


def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path)
    made.lay_out()
    return made


class Here(NamedTuple):
    needed: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    def layers(self) -> frozenset[str]:
        return frozenset(self.needed)

    def names(self) -> frozenset[str]:
        return frozenset(self.known)


async def eventually(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it does not come to that")


def test_a_bundle_and_a_layer_that_no_document_names_are_deleted_and_no_others(tmp_path: Path) -> None:
    async def story() -> None:
        store, bundles = MemoryStore(), CountedBundles()
        bundle, packages, stray = [await bundles.keep(data) for data in (b"bundle", b"layer", b"stray")]
        record = replace(release(1, layer=packages), digest=bundle)
        await store.commit([put(keys.release("shop", 1), record)])
        collecting = collector(tmp_path, store, bundles)
        await collecting.collect()
        assert {digest for digest, _ in await bundles.digests()} == {bundle, packages}
        await bundles.keep(b"stray")
        await collector(tmp_path, store, bundles, grace=60).collect()
        assert await bundles.has(stray)

    asyncio.run(story())


def test_what_a_removed_app_named_stays_while_it_can_be_brought_back(tmp_path: Path) -> None:
    async def story() -> None:
        store, bundles = MemoryStore(), CountedBundles()
        packages = await bundles.keep(b"layer")
        text = encode(release(1, layer=packages)).decode()
        removed = Removed(
            app="shop", created_at=AT, removed_at=AT, removed_by="ada", documents={keys.release("shop", 1): text}
        )
        await store.commit([put(keys.removed("shop", stamp(AT)), removed)])
        await collector(tmp_path, store, bundles).collect()
        assert await bundles.has(packages)

    asyncio.run(story())


@pytest.mark.parametrize("broken", [b'{"digest":"%s"', b'{"new-field":{"layer":"%s"}}', b'["%s"]'])
def test_what_a_document_names_that_cannot_be_read_stays(tmp_path: Path, broken: bytes) -> None:
    async def story() -> None:
        store, bundles = MemoryStore(), CountedBundles()
        digest = await bundles.keep(b"layer")
        await store.commit([Put(keys.release("shop", 1), broken % digest.encode())])
        await collector(tmp_path, store, bundles).collect()
        assert await bundles.has(digest)

    asyncio.run(story())


def test_digests_are_found_whole() -> None:
    entries = [Entry("/vaas/releases/shop/00000001", b'"%s" "%s"' % (b"a" * 64, b"b" * 65), 1)]
    assert named_in(entries) == {"a" * 64}


def test_unpacked_folders_of_apps_that_nothing_is_known_of_are_deleted_and_what_they_have_stored_is_not(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        bundles, layers = CountedBundles(), Layers(tmp_path / "layers", CountedBundles())
        layers.lay_out()
        for name in ("shop", "stray"):
            for place in ("node/releases", "node/cache", "apps"):
                (tmp_path / place / name / "abc").mkdir(parents=True)
        await Collector(MemoryStore(), bundles, layers, folders(tmp_path), Here(known=("shop",))).collect()

    asyncio.run(story())
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.glob("node/*/*")} == {
        "node/releases/shop",
        "node/cache/shop",
    }
    assert {path.name for path in tmp_path.glob("apps/*")} == {"shop", "stray"}


def test_a_layer_that_no_release_here_needs_leaves_the_disk(tmp_path: Path) -> None:
    async def story() -> None:
        bundles = CountedBundles()
        layers = Layers(tmp_path / "layers", bundles)
        layers.lay_out()
        needed, other = [await bundles.keep(layer({name: b""})) for name in ("a.py", "b.py")]
        await asyncio.gather(layers.bring(needed), layers.bring(other))
        await layers.collect(lambda: frozenset((needed,)), 3600)
        assert layers.here() == {needed, other}
        await layers.collect(lambda: frozenset((needed,)), 0)
        assert [path.name for path in (tmp_path / "layers").iterdir()] == [needed]
        await layers.bring(other)
        assert layers.here() == {needed, other}

    asyncio.run(story())


def test_a_layer_that_is_needed_again_has_its_whole_time_of_grace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        bundles, now = CountedBundles(), [0.0]
        monkeypatch.setattr("vaas.platform.reconciler.layers.monotonic", lambda: now[0])
        layers = Layers(tmp_path / "layers", bundles)
        layers.lay_out()
        digest = await bundles.keep(layer())
        await layers.bring(digest)
        for at, needed in ((0, ()), (50, (digest,)), (90, ()), (140, ())):
            now[0] = at
            await layers.collect(lambda needed=needed: frozenset(needed), 60)  # type: ignore[misc]
            assert layers.here() == {digest}
        now[0] = 151
        await layers.collect(frozenset, 60)
        assert layers.here() == frozenset()

    asyncio.run(story())


def test_a_layer_that_is_just_being_brought_is_not_collected(tmp_path: Path) -> None:
    async def story() -> None:
        bundles = CountedBundles()
        layers = Layers(tmp_path / "layers", bundles)
        layers.lay_out()
        digest = await bundles.keep(layer())
        bundles.may_give.clear()
        coming = asyncio.create_task(layers.bring(digest))
        await bundles.asked.wait()
        await layers.collect(frozenset, 0)
        bundles.may_give.set()
        await coming
        assert layers.here() == {digest}

    asyncio.run(story())


def test_a_node_needs_the_layers_of_its_releases_and_of_pools_that_are_being_closed(tmp_path: Path) -> None:
    async def story() -> None:
        async with TestNode(tmp_path) as node:
            node.tools.layers.lay_out()
            first = await node.upload(layer({"a.py": b""}))
            await node.commit(put(keys.app("shop"), app()))
            await node.deploy()
            record = await node.read(keys.release("shop", 1), Release)
            await node.commit(put(keys.release("shop", 1), replace(record, layer=first)))
            await node.settled()
            assert node.reconciler.layers() == {first}
            node.pools.may_end.clear()
            await node.remove()
            await eventually(lambda: any(pool.closed is not None for pool in node.pools.opened))
            assert node.reconciler.layers() == {first}
            node.pools.may_end.set()
            await eventually(lambda: node.reconciler.layers() == frozenset())

    asyncio.run(story())


def test_a_collection_that_fails_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        store, bundles = MemoryStore(), CountedBundles()
        stray = await bundles.keep(b"stray")
        scan, failed = store.scan, asyncio.Event()

        async def fails(prefix: str) -> object:
            store.scan = scan  # type: ignore[method-assign]
            failed.set()
            raise OSError("away")

        store.scan = fails  # type: ignore[assignment, method-assign]
        layers = Layers(tmp_path / "layers", bundles)
        layers.lay_out()
        async with Collector(store, bundles, layers, folders(tmp_path), Here(), every=0.01, grace=0):
            await failed.wait()
            await eventually(lambda: stray not in bundles._bundles)

    asyncio.run(story())
    assert "tried again in 0.01 s: away" in caplog.text
