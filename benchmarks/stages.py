"""Where a cold start's time goes: a pool in this process, whose zygote imports ``marks.py``.

It leaves out the gateway and the client, so its sum is a little less than what a caller sees.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path

import uvloop

from benchmarks.marks import MARK
from vaas.core.host.spec import HostSpec
from vaas.core.pool.pool import Pool
from vaas.core.pool.pools import Pools
from vaas.core.wire.messages import LogLine
from vaas.framework.heads import HttpHead, encode
from vaas.framework.service import FACTORY
from vaas.platform.bootstrap import PRELOAD
from vaas.platform.gateway.hints import understand

STAGES = (
    "ask, fork, first steps",
    "streams, environment, folder",
    "confine",
    "threads, event loop",
    "virtual machine",
    "import the app",
    "start, ready",
    "answer",
    "all of it",
)
_ENDS = ("forked", "taken over", "confined", "thread", "machine", "imported", "told", "answered")
_PATIENCE = 20.0


def stages(folder: Path, home: Path, times: int) -> dict[str, list[float]]:
    """Seconds by stage: one value for each of so many cold starts of the app in that folder."""
    return uvloop.run(_stages(folder, home, times))


async def _stages(folder: Path, home: Path, times: int) -> dict[str, list[float]]:
    heard: asyncio.Queue[dict[str, float]] = asyncio.Queue()

    def on_line(app: str, release: str, line: LogLine) -> None:
        if line.text.startswith(MARK):
            heard.put_nowait(json.loads(line.text.removeprefix(MARK)))

    pools = Pools(understand, on_line, str(home / "stages"), (*PRELOAD, "benchmarks.marks"))
    pools.start()
    taken: dict[str, list[float]] = {stage: [] for stage in STAGES}
    try:
        spec = make_spec(folder, home)
        for turn in range(times + 1):
            marks = await _start(lambda: pools.open(spec), heard)
            if turn:  # the first also waits for the zygote to be warm, and fills the cache of compiled code
                _add(taken, marks)
    finally:
        await pools.stop()
    return taken


def make_spec(folder: Path, home: Path) -> HostSpec:
    places = {name: home / "stages" / name for name in ("data", "cache")}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    return HostSpec("cold", "v1", str(folder), str(places["data"]), "", str(places["cache"]), service=FACTORY)


async def _start(open_pool: Callable[[], Pool], heard: asyncio.Queue[dict[str, float]]) -> dict[str, float]:
    pool = open_pool()
    head = encode(HttpHead("GET", "/hello", b"", [], "", "http", ("127.0.0.1", 1), ("127.0.0.1", 2)))
    asked = time.monotonic()
    await pool.call("http", head, b"", _PATIENCE)
    answered = time.monotonic()
    marks = await asyncio.wait_for(heard.get(), _PATIENCE)
    await pool.close(0)
    return {"asked": asked, **marks, "answered": answered}


def _add(taken: dict[str, list[float]], marks: dict[str, float]) -> None:
    before = marks["asked"]
    for stage, end in zip(STAGES, _ENDS, strict=False):
        taken[stage].append(marks[end] - before)
        before = marks[end]
    taken["all of it"].append(marks["answered"] - marks["asked"])
