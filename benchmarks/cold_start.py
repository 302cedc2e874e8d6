"""The first byte for an app that has no host: its process is forked, confined, given the app, and asked.

``python -m benchmarks.cold_start``. The app's host goes away by its idle time, is seen to be gone in /proc, and then a
new client asks. Peer: what starting a server on demand costs otherwise, uvicorn with the same hello in Starlette. Where
the time goes inside: ``stages.py``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.client import get
from benchmarks.command import Options, parser, run
from benchmarks.figures import Bar, median, percentile
from benchmarks.node import APPS, Node, running
from benchmarks.processes import started, until
from benchmarks.report import Report, progress
from benchmarks.servers import ROOT, STARLETTE, answers, free_port, uvicorn
from benchmarks.stages import STAGES, stages

IDLE = "100ms"
"""After which the app's host goes away: the shortest that the node's clock of 50 ms tells apart."""
SETTLE = 0.02
"""Seconds that the node is left in peace after a host has gone, to clean up behind it."""
AT_ONCE = 50
"""First requests at the same time, that must start one host."""
PER_ROUND = 20
"""Cold starts in a round."""
PEERS_PER_ROUND = 2


class Starts(NamedTuple):
    cold: list[float]
    """Seconds from connecting to the first byte, with no host."""
    warm: list[float]
    """The same with a host, directly after."""
    peer: list[float]
    """Seconds from starting uvicorn to its first byte."""
    crowds: list[int]
    """How many hosts ran after each lot of simultaneous first requests."""


def benchmark(options: Options, home: Path) -> Report:
    with running(home) as node:
        folder = node.app("cold", APPS / "hello_async", f'[limits]\nidle = "{IDLE}"\n')
        node.deploy(folder)
        starts = measure(node, options, home)
    inside = stages(folder, home, options.rounds * options.starts)
    return report(starts, inside)


def measure(node: Node, options: Options, home: Path) -> Starts:
    url = f"{node.gateway}/cold/hello"
    starts = Starts([], [], [], [])
    for round_ in range(options.rounds):
        progress(f"round {round_ + 1} of {options.rounds}")
        for _ in range(options.starts):
            until_gone(node)
            starts.cold.append(first_byte(url))
            starts.warm.append(first_byte(url))
        until_gone(node)
        starts.crowds.append(crowd(node, url))
        starts.peer.extend(peer_starts(home))
    progress("")
    return starts


def until_gone(node: Node) -> None:
    until(lambda: not node.hosts, "the end of an idle host")
    time.sleep(SETTLE)


def first_byte(url: str) -> float:
    answer = get(url)
    if answer.status != 200:
        raise RuntimeError(f"{url} answered {answer}")
    return answer.seconds


def crowd(node: Node, url: str) -> int:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(first_byte, [url] * AT_ONCE))
        return len(node.hosts)


def peer_starts(home: Path) -> Iterator[float]:
    for _ in range(PEERS_PER_ROUND):
        port = free_port()
        url = f"http://127.0.0.1:{port}/hello"
        began = time.perf_counter()
        with started(uvicorn(STARLETTE, port), dict(os.environ), home / "peer.err", ROOT):
            until(partial(answers, url), "an answer of uvicorn")
            yield time.perf_counter() - began


def report(starts: Starts, inside: dict[str, list[float]]) -> Report:
    made = Report("cold_start")
    table = made.table("First byte", "what", "times", "p50 ms", "p99 ms", "most ms")
    names = ["vaas, no host", "vaas, host there", "uvicorn and Starlette, started on demand"]
    for name, taken in zip(names, (starts.cold, starts.warm, starts.peer), strict=True):
        table.rows.append([name, len(taken), *(1e3 * f for f in (median(taken), percentile(taken, 0.99), max(taken)))])
    steps = made.table("Inside, without gateway and client", "stage", "p50 ms", "p99 ms")
    for stage in STAGES:
        steps.rows.append([stage, 1e3 * median(inside[stage]), 1e3 * percentile(inside[stage], 0.99)])
    cold = starts.cold
    made.bars.append(Bar("cold start, p50", 1e3 * median(cold), 10, at_least=False, unit=" ms"))
    made.bars.append(Bar("cold start, p99", 1e3 * percentile(cold, 0.99), 30, at_least=False, unit=" ms"))
    made.bars.append(Bar(f"hosts for {AT_ONCE} first requests at once", max(starts.crowds), 1, at_least=False))
    times = median(starts.peer) / median(cold)
    made.notes.append(f"an on-demand start of the peer takes {times:.0f} times as long (ratio of medians)")
    return made


def options(words: Sequence[str] | None = None) -> Options:
    made = parser(__doc__, rounds=10)
    made.add_argument("--starts", type=int, default=PER_ROUND, help=f"cold starts in a round (default {PER_ROUND})")
    return made.parse_args(words)


if __name__ == "__main__":
    run(benchmark, options())
