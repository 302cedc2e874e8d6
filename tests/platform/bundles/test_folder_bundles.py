from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from tests.platform.bundles.contract import LARGE, MB, BundlesContract, chunks, digest_of, get, put
from vaas.platform.bundles.folder import INCOMING, FolderBundles
from vaas.platform.bundles.interface import Bundles, BundlesUnavailable


@asynccontextmanager
async def folder_bundles() -> AsyncIterator[Bundles]:
    with tempfile.TemporaryDirectory() as folder:
        bundles = FolderBundles(Path(folder))
        yield bundles
        assert os.listdir(Path(folder, INCOMING)) == []  # whatever a test did
        await bundles.close()


class TestFolderBundles(BundlesContract):
    open = staticmethod(folder_bundles)


def test_bundles_are_there_again_after_a_restart(tmp_path: Path) -> None:
    async def scenario() -> None:
        first = FolderBundles(tmp_path / "bundles")
        digest = await put(first, LARGE)
        await first.close()
        second = FolderBundles(tmp_path / "bundles")
        assert await get(second, digest) == LARGE
        await second.close()

    asyncio.run(scenario())


def test_what_a_killed_upload_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / INCOMING).mkdir()
    (tmp_path / INCOMING / "half").write_bytes(b"half of a bund")

    async def scenario() -> None:
        bundles = FolderBundles(tmp_path)
        assert await bundles.digests() == []
        assert os.listdir(tmp_path / INCOMING) == []
        await bundles.close()

    asyncio.run(scenario())


def test_other_files_in_the_folder_are_no_bundles(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("not ours")

    async def scenario() -> None:
        bundles = FolderBundles(tmp_path)
        assert await bundles.digests() == []
        await bundles.close()

    asyncio.run(scenario())


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_a_clear_error_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tempfile.NamedTemporaryFile

    def on_a_full_disk(**options: Any) -> IO[bytes]:
        with real(**options) as file:
            os.unlink(file.name)
            os.symlink("/dev/full", file.name)
        return open(file.name, "wb")

    async def scenario() -> None:
        bundles = FolderBundles(tmp_path)
        monkeypatch.setattr(tempfile, "NamedTemporaryFile", on_a_full_disk)
        for data in (b"small", LARGE):
            with pytest.raises(BundlesUnavailable, match=r"disk of .* is full\. Free some space"):
                await bundles.put(digest_of(data), chunks(data), 10 * MB)
        monkeypatch.undo()
        assert os.listdir(tmp_path / INCOMING) == []
        await put(bundles, LARGE)
        await bundles.close()

    asyncio.run(scenario())


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BundlesUnavailable, match=r"file/bundles: Not a directory"):
        FolderBundles(tmp_path / "file" / "bundles")


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    async def scenario() -> None:
        bundles = FolderBundles(tmp_path)
        await bundles.close()
        await bundles.close()
        with pytest.raises(BundlesUnavailable, match="closed"):
            await bundles.has("0" * 64)

    asyncio.run(scenario())
