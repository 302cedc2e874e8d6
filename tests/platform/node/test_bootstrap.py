from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from vaas.platform.node.bootstrap import DataFolderUnusable, Platform
from vaas.platform.node.options import Options


@pytest.mark.parametrize("below", ["file", "file/data", "loop/data"])
def test_a_data_folder_that_cannot_be_made_is_said_to_be_one(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    async def start() -> None:
        async with Platform(Options(data=tmp_path / below, listen="127.0.0.1:0", console="127.0.0.1:0")):
            pytest.fail("it started")

    with pytest.raises(DataFolderUnusable, match=rf"{tmp_path / below} cannot be the platform's data folder: .*--data"):
        asyncio.run(start())
