"""Where a cold start's time goes: pools in a process of their own, whose zygote imports ``marks.py``.

It leaves out the gateway and the client, so its sum is a little less than what a caller sees.
``python -m benchmarks.stages FOLDER HOME TIMES`` is started by ``stages``: a node adopts what its zygote leaves
behind, and that should not be whoever runs a benchmark.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import uvloop
from msgspec import Raw

from benchmarks.processes import started
from benchmarks.servers import ROOT
from vaas.core.pool.pool import Pool
from vaas.core.pool.pools import Pools
from vaas.core.spec import HostSpec
from vaas.core.wire.messages import LogLine
from vaas.framework.http.wire_heads import HttpHead, encode
from vaas.framework.serving.service import FACTORY
from vaas.platform.gateway.blocking_routes import understand
from vaas.platform.node.bootstrap import PRELOAD

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
_SETTLE = 0.08
"""Seconds between two starts, so that one does not pay for the end of the other, and a spare is there again."""
_PATIENCE = 20.0


def stages(folder: Path, home: Path, times: int) -> dict[str, list[float]]:
    """Seconds by stage: one value for each of so many cold starts of the app in that folder."""
    return elsewhere("benchmarks.stages", folder, home, times, times)


def elsewhere(module: str, folder: Path, home: Path, times: int, patience: float) -> dict[str, list[float]]:
    """What that module, run as a program of its own, measures of the app in that folder."""
    command, errors = [sys.executable, "-m", module, str(folder), str(home), str(times)], home / f"{module}.err"
    with started(command, dict(os.environ), errors, ROOT) as process:
        told, _ = process.communicate(timeout=_PATIENCE + patience)
    if process.returncode:
        raise RuntimeError(errors.read_text())
    return cast(dict[str, list[float]], json.loads(told))


async def _stages(folder: Path, home: Path, times: int) -> dict[str, list[float]]:
    from benchmarks.marks import MARK  # not at the top: it wraps what it imports, here to no effect

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
    asked, answered = await first_call(pool)
    marks = await _marks_since(asked, heard)
    await put_away(pool)
    return {"asked": asked, **marks, "answered": answered}


async def first_call(pool: Pool) -> tuple[float, float]:
    """When an app without a host was asked, and when it had answered."""
    head = Raw(encode(HttpHead("GET", "/hello", b"", [], "", "http", ("127.0.0.1", 1), ("127.0.0.1", 2))))
    asked = time.monotonic()
    await pool.call("http", head, b"", _PATIENCE)
    return asked, time.monotonic()


async def put_away(pool: Pool) -> None:
    """Ends its host, and waits a moment before the next start."""
    await pool.close(0)
    await asyncio.sleep(_SETTLE)


async def _marks_since(asked: float, heard: asyncio.Queue[dict[str, float]]) -> dict[str, float]:
    """Those of this start: a host may tell more than once, and the last word of one before may come late."""
    while True:
        marks = await asyncio.wait_for(heard.get(), _PATIENCE)
        if marks["forked"] >= asked:
            return marks


def _add(taken: dict[str, list[float]], marks: dict[str, float]) -> None:
    before = marks["asked"]
    for stage, end in zip(STAGES, _ENDS, strict=False):
        taken[stage].append(marks[end] - before)
        before = marks[end]
    taken["all of it"].append(marks["answered"] - marks["asked"])


if __name__ == "__main__":
    print(json.dumps(uvloop.run(_stages(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))))
