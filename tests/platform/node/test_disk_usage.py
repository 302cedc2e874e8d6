from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from tests.platform.reconciler.deploy_records import app, release
from tests.platform.reconciler.test_layers import CountedBundles
from vaas.core.units import format_size
from vaas.platform.bundles.interface import BundlesUnavailable
from vaas.platform.node import disk_usage
from vaas.platform.node.disk_usage import DiskUsage, warning
from vaas.platform.reconciler.folders import Folders
from vaas.platform.records.snapshot import AppRecords, Snapshot

KB, GB = 1024, 1024**3


class Disk(NamedTuple):
    total: int
    free: int


def usage(root: Path, bundles: CountedBundles, *apps: AppRecords) -> DiskUsage:
    folders = Folders(root)
    folders.lay_out()
    folders.layers.mkdir(exist_ok=True)
    return DiskUsage(root, folders, bundles, lambda: Snapshot(1, {each.name: each for each in apps}))


def fill(file: Path, size: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x" * size)


def test_disk_is_told_by_app_by_bundles_and_by_layers(tmp_path: Path) -> None:
    async def story() -> None:
        bundles = CountedBundles()
        layer, bundle = await bundles.keep(b"l" * 500), await bundles.keep(b"b" * 70)
        records = AppRecords("shop", app=app(), releases={1: replace(release(1, layer=layer), digest=bundle)})
        fill(tmp_path / "apps/shop/data/a", 300 * KB)
        fill(tmp_path / "node/releases/shop/abc/app.py", 40 * KB)
        fill(tmp_path / "node/cache/shop/abc/x", 8 * KB)
        fill(tmp_path / "apps/other/data/a", 99 * KB)
        fill(tmp_path / "node/layers" / layer / "tool.py", 64 * KB)
        fill(tmp_path / "node/layers/.coming/tool.py", 64 * KB)
        found = await usage(tmp_path, bundles, records).look()
        assert (found.bundles, found.layers) == (70, 500)
        assert found.unpacked == 64 * KB
        assert 348 * KB <= found.apps["shop"] <= 380 * KB
        assert found.apps.keys() == {"shop"}
        assert 0 < found.free < found.total

    asyncio.run(story())


def test_who_asks_gets_what_was_found_and_it_is_looked_again_no_sooner_than_it_may(tmp_path: Path) -> None:
    async def story() -> None:
        looks = 0

        class Counted(CountedBundles):
            async def digests(self) -> list[tuple[str, int]]:
                nonlocal looks
                looks += 1
                return await super().digests()

        async with usage(tmp_path, Counted()) as disk:
            facts = [await disk.facts() for _ in range(50)]
            assert facts[0].total > 0
            assert looks == 1

    asyncio.run(story())


@pytest.mark.parametrize(
    ("free", "total", "low"),
    [(2 * GB, 20 * GB, False), (2 * GB - 1, 20 * GB, True), (5 * GB, 1000 * GB, False), (5 * GB - 1, 1000 * GB, True)],
)
def test_the_warning_comes_with_a_tenth_or_five_gigabytes_left(free: int, total: int, low: bool) -> None:
    said = warning(free, total)
    assert bool(said) == low
    assert not low or f"{format_size(free)} of {format_size(total)} are free" in said


def test_the_nodes_log_warns_once_and_again_when_half_of_the_rest_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        disk = usage(tmp_path, CountedBundles())
        for free in (9, 0.9, 0.8, 0.7, 0.3, 9, 0.9):
            monkeypatch.setattr(disk_usage.shutil, "disk_usage", lambda _, free=free: Disk(10 * GB, int(free * GB)))
            await disk.look()

    with caplog.at_level(logging.WARNING):
        asyncio.run(story())
    assert [line.getMessage().split(":")[0] for line in caplog.records] == ["The disk is nearly full"] * 3


def test_a_store_that_is_away_costs_the_figures_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Away(CountedBundles):
        async def digests(self) -> list[tuple[str, int]]:
            raise BundlesUnavailable(reason="it is away.")

    async def story() -> None:
        monkeypatch.setattr(disk_usage, "FIRST", 0.05)
        async with usage(tmp_path, Away()) as disk:
            assert (await disk.facts()).total == 0

    asyncio.run(story())
    assert "what takes the disk cannot be told" in caplog.text
