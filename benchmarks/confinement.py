"""What each layer of isolation adds to a cold start, and that the whole stays within the bar of ``cold_start``.

``python -m benchmarks.confinement``. The same app is started with ever more layers, in turns; how: ``layers.py``. A
peer that isolates with a container or a virtual machine is not at hand everywhere, so what it adds is not measured;
the ratio is against the same start with no layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.command import Options, parser, run
from benchmarks.figures import Bar, median, percentile, ratio
from benchmarks.layers import WAYS, layers
from benchmarks.node import APPS
from benchmarks.report import Report

WHOLE = "restricted code"
"""The layers of an app that asks for nothing, as most do."""


def benchmark(options: Options, home: Path) -> Report:
    return report(layers(APPS / "hello_async", home, options.rounds))


def report(taken: dict[str, list[float]]) -> Report:
    made = Report("confinement")
    table = made.table(
        "Cold start, without gateway and client", "with", "times", "p50 ms", "p99 ms", "adds ms", "ratio to the first"
    )
    least = before = taken[WAYS[0].adds]
    for way in WAYS:
        starts = taken.get(way.adds)
        if starts is None:
            made.notes.append(f"without {way.adds}: not possible here, or for this user")
            continue
        p50, p99 = 1e3 * median(starts), 1e3 * percentile(starts, 0.99)
        added = p50 - 1e3 * median(before)
        table.rows.append([f"+ {way.adds}", len(starts), p50, p99, added, ratio(starts, least)])
        before = starts
    whole = taken[WHOLE]
    made.bars.append(Bar("cold start with both layers, p50", 1e3 * median(whole), 10, at_least=False, unit=" ms"))
    made.bars.append(
        Bar("cold start with both layers, p99", 1e3 * percentile(whole, 0.99), 30, at_least=False, unit=" ms")
    )
    return made


def options(words: Sequence[str] | None = None) -> Options:
    return parser(__doc__, rounds=100).parse_args(words)


if __name__ == "__main__":
    run(benchmark, options())
