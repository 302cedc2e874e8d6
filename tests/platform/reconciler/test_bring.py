from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.platform.reconciler.deploy_node import bundle
from vaas.platform.bundle_format.archive import BundleRefused
from vaas.platform.bundle_format.unpack import unpack as how
from vaas.platform.bundles.interface import BundleNotFound
from vaas.platform.bundles.memory import MemoryBundles
from vaas.platform.reconciler.bring import BundleDamaged, fetch, unpack, verify

DATA = bundle("print('hello')" * 1000)
DIGEST = sha256(DATA).hexdigest()


class Bundles(MemoryBundles):
    """Gives one bundle in two chunks, with a wait between them, or breaks off there."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.half_way = asyncio.Event()
        self.go_on = asyncio.Event()
        self._error = error

    async def get(self, digest: str) -> AsyncIterator[bytes]:
        yield DATA[:100]
        self.half_way.set()
        await self.go_on.wait()
        if self._error:
            raise self._error
        yield DATA[100:]


def test_a_fetched_bundle_is_there_whole_and_only_when_it_is_whole(tmp_path: Path) -> None:
    async def story() -> None:
        bundles = Bundles()
        file = tmp_path / "shop" / "bundle.zip"
        fetching = asyncio.create_task(fetch(bundles, DIGEST, file))
        await bundles.half_way.wait()
        assert not file.exists()
        bundles.go_on.set()
        await fetching
        assert file.read_bytes() == DATA
        await verify(file, DIGEST)

    asyncio.run(story())


@pytest.mark.parametrize("how_it_ends", ["broken off", "cancelled"])
def test_a_fetch_that_does_not_end_well_leaves_nothing(tmp_path: Path, how_it_ends: str) -> None:
    async def story() -> None:
        bundles = Bundles(OSError("reset by peer"))
        fetching = asyncio.create_task(fetch(bundles, DIGEST, tmp_path / "bundle.zip"))
        await bundles.half_way.wait()
        bundles.go_on.set() if how_it_ends == "broken off" else fetching.cancel()
        with pytest.raises((OSError, asyncio.CancelledError)):
            await fetching

    asyncio.run(story())
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_that_is_not_in_the_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFound, match=DIGEST):
        asyncio.run(fetch(MemoryBundles(), DIGEST, tmp_path / "bundle.zip"))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_bundle_is_refused_by_both_digests_and_deleted(tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    file.write_bytes(DATA + b"x")
    with pytest.raises(BundleDamaged, match=DIGEST) as error:
        asyncio.run(verify(file, DIGEST))
    assert sha256(DATA + b"x").hexdigest() in str(error.value)
    assert not file.exists()


def test_an_unpacked_bundle_is_a_folder_and_its_file_is_gone(tmp_path: Path) -> None:
    file, folder = tmp_path / "bundle.zip", tmp_path / "0123456789ab"
    file.write_bytes(DATA)
    asyncio.run(unpack(how, file, folder))
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert (folder / "app.py").read_text().startswith("print('hello')")


def test_unpacking_again_what_is_there_changes_nothing(tmp_path: Path) -> None:
    file, folder = tmp_path / "bundle.zip", tmp_path / "0123456789ab"
    for _ in range(2):
        file.write_bytes(DATA)
        asyncio.run(unpack(how, file, folder))
    assert [path.name for path in folder.iterdir()] == ["app.py"]


def test_what_is_no_bundle_is_refused_and_deleted(tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    file.write_bytes(b"no zip")
    with pytest.raises(BundleRefused):
        asyncio.run(unpack(how, file, tmp_path / "0123456789ab"))
    assert list(tmp_path.iterdir()) == []
