"""A bench with a zygote of its own for each test: for what concerns zygotes, or a node's surroundings, as well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.core.pool.benches import Bench, bench

Play = Callable[[Bench], Coroutine[Any, Any, None]]


@pytest.fixture
def run(tmp_path: Path) -> Callable[[Play], None]:
    """Runs a scene on a bench; afterwards no host's folder may be left."""

    async def scene(play: Play) -> None:
        async with bench(tmp_path) as it, asyncio.timeout(30):
            await play(it)
        assert not list((tmp_path / "tmp").glob("works-*"))

    return lambda play: asyncio.run(scene(play))
