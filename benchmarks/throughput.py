"""Hello JSON through the gateway to an isolated, restricted host, against the same route where nothing isolates it.

``python -m benchmarks.throughput``. Peers: bare Starlette on uvicorn and on Granian, a bare ASGI function on uvicorn,
and Starlette's ``def`` route; each in one process. All are up all the time, and take turns under load.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import loader
from benchmarks.client import get
from benchmarks.command import Options, parser, run, turns
from benchmarks.figures import Bar, median, ratio
from benchmarks.loader import Load
from benchmarks.node import APPS, running
from benchmarks.report import Report, progress
from benchmarks.servers import BARE, STARLETTE, free_port, granian, has_granian, serving, uvicorn

ASYNC, DEF = "vaas, async def", "vaas, def"
ON_UVICORN, ON_GRANIAN, ON_BARE = "Starlette on uvicorn", "Starlette on Granian", "bare ASGI function on uvicorn"
DEF_ON_UVICORN = "Starlette on uvicorn, def"
WARM = 64
"""Connections of the load before anything is measured: workers are started as they are needed."""

Measured = dict[tuple[str, int], list[Load]]
"""By contender and connections: one load a round."""


class Comparison(NamedTuple):
    ours: str
    peer: str
    rate: float
    """Times the peer's answers a second that were promised; 0: nothing was."""
    p99: float
    """Times its p99 that were promised at most; 0: nothing was."""


COMPARISONS = (
    Comparison(ASYNC, ON_UVICORN, rate=2.0, p99=1.0),
    Comparison(ASYNC, ON_GRANIAN, rate=1.3, p99=1.0),
    Comparison(ASYNC, ON_BARE, rate=0, p99=0),
    Comparison(DEF, DEF_ON_UVICORN, rate=3.0, p99=0),
)


def benchmark(options: Options, home: Path) -> Report:
    with contenders(home) as urls:
        for url in urls.values():
            check(url)
            loader.measure(url, WARM, options.seconds)
        measured = measure(urls, options)
        for url in urls.values():
            check(url)
    return report(measured, options.connections)


@contextlib.contextmanager
def contenders(home: Path) -> Iterator[dict[str, str]]:
    """Where each answers."""
    with contextlib.ExitStack() as stack:
        node = stack.enter_context(running(home))
        node.deploy(APPS / "hello_async", APPS / "hello_def")
        urls = {ASYNC: f"{node.gateway}/hello-async/hello", DEF: f"{node.gateway}/hello-def/hello"}

        def serve(command: list[str], port: int) -> str:
            return stack.enter_context(serving(command, port, "/hello", home))

        starlette = serve(uvicorn(STARLETTE, port := free_port()), port)
        urls |= {ON_UVICORN: f"{starlette}/hello", DEF_ON_UVICORN: f"{starlette}/hello-def"}
        urls[ON_BARE] = serve(uvicorn(BARE, port := free_port()), port) + "/hello"
        if has_granian():
            urls[ON_GRANIAN] = serve(granian(STARLETTE, port := free_port()), port) + "/hello"
        yield urls


def check(url: str) -> None:
    answer = get(url)
    if (answer.status, answer.body) != (200, b'{"hello":"world"}'):
        raise RuntimeError(f"{url} answered {answer}")


def measure(urls: dict[str, str], options: Options) -> Measured:
    measured: Measured = {}
    for round_ in range(options.rounds):
        for connections in options.connections:
            for name in turns(list(urls), round_):
                progress(f"round {round_ + 1} of {options.rounds}, {connections} connections: {name}")
                load = loader.measure(urls[name], connections, options.seconds)
                measured.setdefault((name, connections), []).append(load)
    progress("")
    return measured


def report(measured: Measured, levels: list[int]) -> Report:
    rounds = len(next(iter(measured.values())))
    made = Report("throughput", notes=[f"load by {loader.name()}; medians of {rounds} rounds"])
    columns = "contender", "connections", "requests/s", "lowest", "highest", "p50 ms", "p99 ms", "failed"
    table = made.table("Each contender", *columns)
    for (name, connections), loads in sorted(measured.items(), key=lambda item: item[0][1]):
        rates = [load.rate for load in loads]
        times = [median([load.p50 for load in loads]), median([load.p99 for load in loads])]
        failed = sum(load.failed for load in loads)
        table.rows.append([name, connections, median(rates), min(rates), max(rates), *times, failed])
    compare(made, measured, levels)
    made.bars.append(Bar("failed requests", sum(row[-1] for row in table.rows), 0, at_least=False))
    if not loader.has_wrk():
        made.notes.append("the bundled loader needs a core of its own: with two, it holds back whatever uses both")
    if not any(name == ON_GRANIAN for name, _ in measured):
        made.notes.append("Granian is not installed: `pip install granian` to have it compared")
    return made


def compare(made: Report, measured: Measured, levels: list[int]) -> None:
    table = made.table("Ratios of medians", "compared", "with", "connections", "rate", "p99")
    for comparison in COMPARISONS:
        for level in levels:
            ours, theirs = measured[comparison.ours, level], measured.get((comparison.peer, level))
            if theirs is None:
                continue
            rate = ratio([load.rate for load in ours], [load.rate for load in theirs])
            p99 = ratio([load.p99 for load in ours], [load.p99 for load in theirs])
            table.rows.append([comparison.ours, comparison.peer, level, rate, p99])
            where = f"{comparison.ours} against {comparison.peer}, {level} connections"
            if comparison.rate:
                made.bars.append(Bar(f"{where}, rate", rate, comparison.rate, at_least=True, unit=" times"))
            if comparison.p99:
                made.bars.append(Bar(f"{where}, p99", p99, comparison.p99, at_least=False, unit=" times"))


def options(words: Sequence[str] | None = None) -> Options:
    return parser(__doc__, rounds=5, seconds=2.0, connections="1,16,64,256").parse_args(words)


if __name__ == "__main__":
    run(benchmark, options())
