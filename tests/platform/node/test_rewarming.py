"""Which apps get a host again after a restart, and that nothing which fails on the way stops the others."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from vaas.core.pool.errors import HostBroken
from vaas.platform.gateway.routing import AppRoute, Routing
from vaas.platform.node.rewarming import Rewarming, record, recorded
from vaas.platform.records.records import Traffic


class Pool:
    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.warmed = asyncio.Event()

    async def warm(self) -> None:
        self.warmed.set()
        if self.fails:
            raise HostBroken(error="it does not start", where="", traceback="")


def routing(**pools: dict[int, Any]) -> Routing:
    made = Routing()
    for app, by_number in pools.items():
        made.put(AppRoute(app, by_number, Traffic(app=app, mode="lock", lock=1)))
    return made


def rewarming(file: Path, routing: Routing, running: frozenset[str] = frozenset(), every: float = 60.0) -> Rewarming:
    return Rewarming(file, lambda: running, routing, every)


def test_the_release_that_answers_is_warmed_of_each_app_that_ran(tmp_path: Path) -> None:
    async def story() -> None:
        record(tmp_path / "running", frozenset({"broken", "gone", "ran"}))
        broken, ran, other, idle = Pool(fails=True), Pool(), Pool(), Pool()
        ways = routing(broken={1: broken}, ran={1: ran, 2: other}, idle={1: idle})
        async with rewarming(tmp_path / "running", ways), asyncio.timeout(10):
            await ran.warmed.wait()
        assert broken.warmed.is_set()
        assert not other.warmed.is_set()
        assert not idle.warmed.is_set()

    asyncio.run(story())


def test_what_runs_at_the_end_is_recorded(tmp_path: Path) -> None:
    async def story() -> None:
        async with rewarming(tmp_path / "running", routing(), frozenset({"a", "b"})):
            pass
        assert recorded(tmp_path / "running") == {"a", "b"}

    asyncio.run(story())


def test_what_runs_is_recorded_meanwhile_for_a_node_that_is_killed(tmp_path: Path) -> None:
    async def story() -> None:
        file = tmp_path / "running"
        async with rewarming(file, routing(), frozenset({"a"}), every=0.0), asyncio.timeout(10):
            while not file.exists():  # noqa: ASYNC110 (a file is no event)
                await asyncio.sleep(0)
        assert recorded(file) == {"a"}

    asyncio.run(story())


def test_a_file_that_cannot_be_written_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with rewarming(tmp_path / "missing" / "running", routing(), frozenset({"a"})):
            pass
        assert "which apps run cannot be kept" in caplog.text

    asyncio.run(story())


@pytest.mark.parametrize("text", ["", "[1]", "no JSON", "{}"])
def test_a_file_that_says_nothing_of_apps_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "running").write_text(text)
    assert recorded(tmp_path / "running") == frozenset()
    assert recorded(tmp_path / "missing") == frozenset()
