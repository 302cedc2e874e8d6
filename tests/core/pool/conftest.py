"""Benches for pools: real hosts, with one zygote and one event loop for all tests of a file, as on a node."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.core.pool.benches import Bench, opened
from tests.core.pool.fresh_bench import Play
from vaas.core.pool.pools import Pools
from vaas.core.wire.messages import LogLine


class SharedPools:
    """The pools of all tests of a file, and what hosts say in the one that runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[LogLine] = []
        self._runner = asyncio.Runner()
        self._pools = self._runner.run(self._open())

    async def _open(self) -> Pools:
        return opened(self.folder, lambda line: self.lines.append(line))

    def run(self, play: Play, folder: Path) -> None:
        self.lines = []
        self._runner.run(self._scene(play, Bench(self._pools, folder, self.lines)))
        assert not list(self.folder.glob("works-*")), "a host's folder is left"

    async def _scene(self, play: Play, bench: Bench) -> None:
        try:
            async with asyncio.timeout(30):
                await play(bench)
        finally:
            await asyncio.gather(*(pool.close(0.0) for pool in self._pools._pools))

    def stop(self) -> None:
        self._runner.run(self._pools.stop())
        self._runner.close()


@pytest.fixture(scope="module")
def shared_pools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedPools]:
    pools = SharedPools(tmp_path_factory.mktemp("hosts"))
    yield pools
    pools.stop()


@pytest.fixture
def run(shared_pools: SharedPools, tmp_path: Path) -> Callable[[Play], None]:
    """Runs a scene on a bench; afterwards its pools are closed, and no host's folder may be left."""
    return lambda play: shared_pools.run(play, tmp_path)
