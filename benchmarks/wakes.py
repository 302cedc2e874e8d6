"""An app that wakes and sleeps a thousand times: what one time costs, and that nothing of it stays.

``python -m benchmarks.wakes``. Each time a request wakes the app, its host goes away by its idle time, and its end is
awaited as an event. Counted before and after: failed requests, open descriptors, processes, threads, files in the
node's folder of temporary things, and the memory of node and zygote.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.client import get
from benchmarks.command import Options, parser, run
from benchmarks.figures import Bar, median, percentile
from benchmarks.node import APPS, Node, running
from benchmarks.processes import children, memory, until
from benchmarks.report import Report, progress

IDLE = "1ms"
"""The host goes at the first look of the node's clock after its answer."""
SETTLE = 50
"""Times before the first count: caches and pools of threads are full then."""
MB = 1024 * 1024


class Count(NamedTuple):
    """What could leak."""

    descriptors: int
    processes: int
    threads: int
    files: int
    megabytes: float


def benchmark(options: Options, home: Path) -> Report:
    with running(home) as node:
        node.deploy(node.app("wakes", APPS / "hello_async", f'[limits]\nidle = "{IDLE}"\n'))
        times, failed = wake(node, SETTLE)
        before = count(node)
        times, failed = wake(node, options.times)
        return report(times, failed, before, count(node))


def wake(node: Node, times: int) -> tuple[list[float], int]:
    """Seconds of each first byte, and how many answers were not the app's."""
    taken, failed = [], 0
    for turn in range(times):
        progress(f"{turn + 1} of {times}")
        answer = get(f"{node.gateway}/wakes/hello")
        taken.append(answer.seconds)
        failed += answer.status != 200
        for host in node.hosts:
            until_ended(host)
    progress("")
    return taken, failed


def until_ended(pid: int) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if not select.select([descriptor], [], [], 20.0)[0]:
            raise TimeoutError(f"host {pid} does not go to sleep")
    finally:
        os.close(descriptor)


def count(node: Node) -> Count:
    """When the last host is cleaned up behind, and the next one waits."""
    pids = [node.pid, node.zygote]
    until(lambda: not node.hosts and len(children(node.zygote)) == 1, "rest")
    time.sleep(0.2)
    folder = node.home / "data" / "tmp"
    return Count(
        descriptors=sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids),
        processes=len(children(node.pid)) + len(children(node.zygote)),
        threads=sum(len(os.listdir(f"/proc/{pid}/task")) for pid in pids),
        files=sum(1 for _ in folder.rglob("*")),
        megabytes=sum(memory(pid).private for pid in pids) / MB,
    )


def report(times: list[float], failed: int, before: Count, after: Count) -> Report:
    made = Report("wakes")
    table = made.table("Node and zygote", "what", "before", "after")
    table.rows.extend([name, was, now] for name, was, now in zip(Count._fields, before, after, strict=True))
    made.notes.append(
        f"{len(times)} times from nothing: p50 {1e3 * median(times):.1f} ms, p99 {1e3 * percentile(times, 0.99):.1f} ms"
    )
    made.bars.append(Bar("failed requests", failed, 0, at_least=False))
    for name, was, now in zip(Count._fields, before, after, strict=True):
        made.bars.append(Bar(f"{name} more than before", max(0, now - was), name == "megabytes", at_least=False))
    return made


def options(words: Sequence[str] | None = None) -> Options:
    made = parser(__doc__, rounds=1)
    made.add_argument("--times", type=int, default=1000, help="wakes and sleeps (default 1000)")
    return made.parse_args(words)


if __name__ == "__main__":
    run(benchmark, options())
