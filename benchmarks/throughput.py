"""Hello JSON through the gateway to an isolated, restricted host, against the same route where nothing isolates it.

``python -m benchmarks.throughput``. Peers: bare Starlette on uvicorn and on Granian, a bare ASGI function on uvicorn,
and Starlette's ``def`` route; each in one process. All are up all the time, and take turns under load. With ``--other
PATH/TO/vaas``, the command of another installation of vaas, that one takes turns too: what a change has cost.
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
from benchmarks.node import APPS, Node, running
from benchmarks.processes import children
from benchmarks.processor import Meter, Spent
from benchmarks.report import Report, progress
from benchmarks.servers import BARE, STARLETTE, free_port, granian, has_granian, serving, uvicorn

ASYNC, DEF = "vaas, async def", "vaas, def"
ON_UVICORN, ON_GRANIAN, ON_BARE = "Starlette on uvicorn", "Starlette on Granian", "bare ASGI function on uvicorn"
DEF_ON_UVICORN = "Starlette on uvicorn, def"
OTHER, OTHER_DEF = "other vaas, async def", "other vaas, def"
WARM = 64
"""Connections of the load before anything is measured: workers are started as they are needed."""


class Contender(NamedTuple):
    url: str
    meter: Meter


class Turn(NamedTuple):
    """One contender under one load."""

    load: Load
    spent: dict[str, Spent]
    """Processor time per request, by part."""


Measured = dict[tuple[str, int], list[Turn]]
"""By contender and connections: one a round."""


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
    Comparison(ASYNC, OTHER, rate=0, p99=0),
    Comparison(DEF, OTHER_DEF, rate=0, p99=0),
)


def benchmark(options: Options, home: Path) -> Report:
    with contenders(home, options.other) as found:
        for contender in found.values():
            check(contender.url)
            loader.measure(contender.url, WARM, options.seconds)
        measured = measure(found, options)
        for contender in found.values():
            check(contender.url)
    return report(measured, options.connections)


@contextlib.contextmanager
def contenders(home: Path, other: str = "") -> Iterator[dict[str, Contender]]:
    """``other``: the command of another vaas, or empty."""
    with contextlib.ExitStack() as stack:
        found: dict[str, Contender] = {}

        def deploy(node: Node, name: str, name_def: str) -> None:
            node.deploy(APPS / "hello_async", APPS / "hello_def")
            meter = Meter({"gateway": lambda: [node.pid], "host": lambda: node.hosts})
            found[name] = Contender(f"{node.gateway}/hello-async/hello", meter)
            found[name_def] = Contender(f"{node.gateway}/hello-def/hello", meter)

        def serve(name: str, command: list[str], port: int, path: str = "/hello") -> int:
            url, pid = stack.enter_context(serving(command, port, path, home))
            found[name] = Contender(url + path, Meter({"server": lambda: [pid, *children(pid)]}))
            return pid

        deploy(stack.enter_context(running(home)), ASYNC, DEF)
        if other:
            deploy(stack.enter_context(running(home / "other", other)), OTHER, OTHER_DEF)
        serve(ON_UVICORN, uvicorn(STARLETTE, port := free_port()), port)
        found[DEF_ON_UVICORN] = found[ON_UVICORN]._replace(url=f"{found[ON_UVICORN].url}-def")
        serve(ON_BARE, uvicorn(BARE, port := free_port()), port)
        if has_granian():
            serve(ON_GRANIAN, granian(STARLETTE, port := free_port()), port)
        yield found


def check(url: str) -> None:
    answer = get(url)
    if (answer.status, answer.body) != (200, b'{"hello":"world"}'):
        raise RuntimeError(f"{url} answered {answer}")


def measure(found: dict[str, Contender], options: Options) -> Measured:
    measured: Measured = {}
    for round_ in range(options.rounds):
        for connections in options.connections:
            for name in turns(list(found), round_):
                progress(f"round {round_ + 1} of {options.rounds}, {connections} connections: {name}")
                found[name].meter.start()
                load = loader.measure(found[name].url, connections, options.seconds)
                turn = Turn(load, found[name].meter.per_request(load.answers))
                measured.setdefault((name, connections), []).append(turn)
    progress("")
    return measured


def report(measured: Measured, levels: list[int]) -> Report:
    rounds = len(next(iter(measured.values())))
    made = Report("throughput", notes=[f"load by {loader.name()}; medians of {rounds} rounds"])
    columns = "contender", "connections", "requests/s", "lowest", "highest", "p50 ms", "p99 ms", "failed"
    table = made.table("Each contender", *columns)
    for (name, connections), turns_ in sorted(measured.items(), key=lambda item: item[0][1]):
        loads = [turn.load for turn in turns_]
        rates = [load.rate for load in loads]
        times = [median([load.p50 for load in loads]), median([load.p99 for load in loads])]
        failed = sum(load.failed for load in loads)
        table.rows.append([name, connections, median(rates), min(rates), max(rates), *times, failed])
    processor_time(made, measured)
    compare(made, measured, levels)
    made.bars.append(Bar("failed requests", sum(row[-1] for row in table.rows), 0, at_least=False))
    if not loader.has_wrk():
        made.notes.append("the bundled loader needs a core of its own: with two, it holds back whatever uses both")
    if not any(name == ON_GRANIAN for name, _ in measured):
        made.notes.append("Granian is not installed: `pip install granian` to have it compared")
    return made


def processor_time(made: Report, measured: Measured) -> None:
    columns = "contender", "connections", "part", "user µs", "system µs", "both µs"
    table = made.table("Processor time per request, medians", *columns)
    for (name, connections), turns_ in sorted(measured.items(), key=lambda item: item[0][1]):
        for part in turns_[0].spent:
            spent = [turn.spent[part] for turn in turns_]
            figures = [median([getattr(one, kind) for one in spent]) for kind in ("user", "system", "both")]
            table.rows.append([name, connections, part, *figures])


def compare(made: Report, measured: Measured, levels: list[int]) -> None:
    columns = "compared", "with", "connections", "rate", "p99", "processor time"
    table = made.table("Ratios of medians", *columns)
    for comparison in COMPARISONS:
        for level in levels:
            ours, theirs = measured[comparison.ours, level], measured.get((comparison.peer, level))
            if theirs is None:
                continue
            rate = ratio([turn.load.rate for turn in ours], [turn.load.rate for turn in theirs])
            p99 = ratio([turn.load.p99 for turn in ours], [turn.load.p99 for turn in theirs])
            spent = ratio([whole(turn) for turn in ours], [whole(turn) for turn in theirs])
            table.rows.append([comparison.ours, comparison.peer, level, rate, p99, spent])
            where = f"{comparison.ours} against {comparison.peer}, {level} connections"
            if comparison.rate:
                made.bars.append(Bar(f"{where}, rate", rate, comparison.rate, at_least=True, unit=" times"))
            if comparison.p99:
                made.bars.append(Bar(f"{where}, p99", p99, comparison.p99, at_least=False, unit=" times"))


def whole(turn: Turn) -> float:
    """Microseconds of the processor a request, all parts together."""
    return sum(spent.both for spent in turn.spent.values())


def options(words: Sequence[str] | None = None) -> Options:
    made = parser(__doc__, rounds=5, seconds=2.0, connections="1,16,64,256")
    made.add_argument("--other", default="", metavar="VAAS", help="the command of another vaas, to compare with")
    return made.parse_args(words)


if __name__ == "__main__":
    run(benchmark, options())
