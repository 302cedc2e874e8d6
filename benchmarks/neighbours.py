"""What a neighbour feels while another app spins in every worker it is allowed, on every core.

``python -m benchmarks.neighbours``. Quiet and noisy turns alternate; the bar is on the ratio of the medians of the
neighbour's p99. The noise: as many hosts as there are cores, four workers each, and a call that spins in every one of
them until its deadline, again and again.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import loader
from benchmarks.client import get
from benchmarks.command import Options, parser, run
from benchmarks.figures import Bar, median, ratio
from benchmarks.loader import Load
from benchmarks.node import APPS, Node, running
from benchmarks.processes import cpu_seconds, until
from benchmarks.report import Report, progress

WORKERS = 4
TIMEOUT = 1.0
"""Seconds that each call spins: its ``limits.timeout``."""
WANTED = 1.5
"""The neighbour's p99 when it is noisy, in its p99 when it is quiet, at most."""
QUIET, NOISY = "quiet", "noisy"

Loads = dict[tuple[str, int], list[Load]]


def benchmark(options: Options, home: Path) -> Report:
    cores = len(os.sched_getaffinity(0))
    with running(home) as node:
        limits = f'[limits]\ntimeout = "{TIMEOUT:g}s"\nworkers = {WORKERS}\nhosts = {cores}\n'
        node.deploy(
            node.app("spin", APPS / "spin", f'code = "trusted"\n{limits}'), node.app("hello", APPS / "hello_async")
        )
        return report(measure(node, options, cores * WORKERS), spinning(node, cores * WORKERS), cores)


def measure(node: Node, options: Options, callers: int) -> Loads:
    """Turns of both, for each number of connections."""
    loads: Loads = {(kind, n): [] for kind in (QUIET, NOISY) for n in options.connections}
    url = f"{node.gateway}/hello/hello"
    loader.measure(url, max(options.connections), options.seconds)
    for round_ in range(options.rounds):
        progress(f"round {round_ + 1} of {options.rounds}")
        for n in options.connections:
            loads[QUIET, n].append(loader.measure(url, n, options.seconds))
        with noise(node, callers):
            for n in options.connections:
                loads[NOISY, n].append(loader.measure(url, n, options.seconds))
    progress("")
    return loads


@contextmanager
def noise(node: Node, callers: int) -> Iterator[None]:
    """So many calls that spin, all the time, from when all hosts do; none is left in the end."""
    over = threading.Event()
    threads = [threading.Thread(target=keep_spinning, args=(node, over)) for _ in range(callers)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(node.hosts) > len(os.sched_getaffinity(0)), "a spinning host for each core")
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def keep_spinning(node: Node, over: threading.Event) -> None:
    while not over.is_set():
        answer = get(f"{node.gateway}/spin/spin")
        if answer.status not in (502, 503, 504):
            raise RuntimeError(f"spinning answered {answer}")


def spinning(node: Node, callers: int) -> float:
    """Cores that the noise takes when there is nobody else: what says that it is noise."""
    with noise(node, callers):
        before = {pid: cpu_seconds(pid) for pid in node.hosts}
        threading.Event().wait(TIMEOUT)
        return sum(cpu_seconds(pid) - seconds for pid, seconds in before.items()) / TIMEOUT


def report(loads: Loads, taken: float, cores: int) -> Report:
    made = Report("neighbours")
    table = made.table("The neighbour's answers", "turns", "connections", "rate/s", "p50 ms", "p99 ms", "failed")
    for (kind, n), turns in loads.items():
        figures = [median([getattr(load, name) for load in turns]) for name in ("rate", "p50", "p99")]
        table.rows.append([kind, n, *figures, sum(load.failed for load in turns)])
    for n in sorted({n for _, n in loads}):
        p99 = {kind: [load.p99 for load in loads[kind, n]] for kind in (QUIET, NOISY)}
        what = f"p99 beside an app that spins, in that of quiet, {n} connections"
        made.bars.append(Bar(what, ratio(p99[NOISY], p99[QUIET]), WANTED, at_least=False, unit=" times"))
    failed = sum(load.failed for turns in loads.values() for load in turns)
    made.bars.append(Bar("failed answers of the neighbour", failed, 0, at_least=False))
    made.notes.append(f"alone, the app that spins takes {taken:.1f} of {cores} cores")
    made.notes.append(f"load: {loader.name()}")
    return made


def options(words: Sequence[str] | None = None) -> Options:
    return parser(__doc__, rounds=5, seconds=2, connections="1,16").parse_args(words)


if __name__ == "__main__":
    run(benchmark, options())
