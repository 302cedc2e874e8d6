"""A bench for pools: real zygotes and real hosts in a folder of their own, and nothing left when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.core.pool.benches import Bench, bench


@pytest.fixture
def run(tmp_path: Path) -> Callable[[Callable[[Bench], Coroutine[Any, Any, None]]], None]:
    """Runs a scene on a bench; afterwards no host's folder may be left."""

    async def scene(play: Callable[[Bench], Coroutine[Any, Any, None]]) -> None:
        async with bench(tmp_path) as it, asyncio.timeout(30):
            await play(it)
        assert not list((tmp_path / "tmp").glob("works-*"))

    return lambda play: asyncio.run(scene(play))
