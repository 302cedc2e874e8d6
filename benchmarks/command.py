"""What the commands have in common: their options, a folder of their own, and how a result is printed."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.report import Report

Options = argparse.Namespace


def parser(
    doc: str | None, *, rounds: int, seconds: float | None = None, connections: str = ""
) -> argparse.ArgumentParser:
    """Options of a command; ``--seconds`` and ``--connections`` only where they mean something."""
    made = argparse.ArgumentParser(description=(doc or "").partition("\n\n")[0])
    made.add_argument("--rounds", type=int, default=rounds, help=f"turns of all that is compared (default {rounds})")
    if seconds is not None:
        made.add_argument("--seconds", type=float, default=seconds, help=f"of each load (default {seconds:g})")
    if connections:
        words = f"how many at a time, with commas between (default {connections})"
        made.add_argument("--connections", type=numbers, default=numbers(connections), help=words)
    made.add_argument("--json", action="store_true", help="print the result as JSON")
    return made


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def run(benchmark: Callable[[Options, Path], Report], options: Options) -> None:
    """Runs it in a folder that is gone afterwards. SIGTERM ends it like Ctrl-C: with all that it started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="vaas-bench-") as home:
        report = benchmark(options, Path(home))
    print(report.json() if options.json else report)


def turns(items: Sequence[str], round_: int) -> list[str]:
    """The order of one round: each begins with another, so that none always has the machine at its warmest."""
    start = round_ % len(items)
    return [*items[start:], *items[:start]]
