"""What a node costs while nobody calls anything: processor time of all its processes, as a part of one core.

``python -m benchmarks.idle``. With 0, 1,000 and 10,000 registered apps and no host, and with 200 hosts that have
answered and now wait. Each is measured for longer than a minute, so that what the node does once a minute is in it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import density, registered
from benchmarks.client import get
from benchmarks.command import Options, numbers, parser, run
from benchmarks.figures import Bar
from benchmarks.node import APPS, Node, running
from benchmarks.processes import children, cpu_times, until
from benchmarks.report import Report, progress

REGISTERED = "0,1000,10000"
HOSTS = 200
SECONDS = 75.0
"""More than the minute between two full passes, so that each measurement has at least one."""
MOST = 0.5
"""Per cent of a core, without a host."""
MOST_WITH_HOSTS = 1.0
CALM = 5.0
"""Per cent of a core, below which a node has done what its start brings with it."""
WINDOW = 3.0
"""Seconds for which it must have been calm."""
PATIENCE = 900.0
"""Seconds that it may take until then."""


class Spent(NamedTuple):
    """Per cent of a core, by who has used it: user and system together."""

    platform: float
    zygote: float
    hosts: float

    @property
    def total(self) -> float:
        return sum(self)


def benchmark(options: Options, home: Path) -> Report:
    made = Report("idle", notes=[f"each measured for {options.seconds:g} s of {options.rounds} round(s)"])
    table = made.table("Processor time, % of a core", "what", "platform", "zygote", "hosts", "in all")
    for apps in options.apps:
        with contextlib.ExitStack() as stack:
            node = stack.enter_context(with_apps(home / f"apps-{apps}", apps))
            note(made, table.rows, f"{apps} registered apps, no host", rest(node, options), MOST)
    with running(home / "hosts") as node:
        density.fill(node, options.hosts)
        density.ask_all(node, options.hosts, 0)
        note(made, table.rows, f"{options.hosts} idle hosts", rest(node, options), MOST_WITH_HOSTS)
        if len(node.hosts) != options.hosts:
            made.notes.append(f"{options.hosts - len(node.hosts)} hosts went away meanwhile")
    return made


@contextlib.contextmanager
def with_apps(home: Path, apps: int) -> Iterator[Node]:
    """A node that has just found that many apps in its data folder."""
    progress(f"registering {apps} apps")
    registered.register(home / "data", APPS / "hello_async", apps)
    with running(home) as node:
        if apps:
            until(lambda: is_known(node, registered.name(apps - 1)), "the last app", PATIENCE)
        yield node


def is_known(node: Node, app: str) -> bool:
    """Without a slash: a redirect for an app that is there, and no host for it."""
    return get(f"{node.gateway}/{app}").status == 308


def rest(node: Node, options: Options) -> Spent:
    """What it uses once it is calm: the median of the rounds."""
    progress("waiting until the node is calm")
    until(lambda: spent(node, WINDOW).total < CALM, "calm", PATIENCE)
    rounds = []
    for turn in range(options.rounds):
        progress(f"measuring for {options.seconds:g} s, {turn + 1}")
        rounds.append(spent(node, options.seconds))
    progress("")
    return sorted(rounds, key=lambda one: one.total)[len(rounds) // 2]


def spent(node: Node, seconds: float) -> Spent:
    before, began = used(node), time.monotonic()
    time.sleep(seconds)
    elapsed = time.monotonic() - began
    return Spent(*(100 * (after - was) / elapsed for was, after in zip(before, used(node), strict=True)))


def used(node: Node) -> Spent:
    """Seconds of the processor so far."""
    zygote = node.zygote
    forked = children(zygote) if zygote else []
    return Spent(sum(cpu_times(node.pid)), sum(cpu_times(zygote)), sum(sum(cpu_times(pid)) for pid in forked))


def note(made: Report, rows: list[list[object]], what: str, spent: Spent, most: float) -> None:
    rows.append([what, *spent, spent.total])
    made.bars.append(Bar(what, spent.total, most, at_least=False, unit=" %"))


def options(words: Sequence[str] | None = None) -> Options:
    made = parser(__doc__, rounds=1, seconds=SECONDS)
    made.add_argument("--apps", type=numbers, default=numbers(REGISTERED), help=f"how many (default {REGISTERED})")
    made.add_argument("--hosts", type=int, default=HOSTS, help=f"how many (default {HOSTS})")
    return made.parse_args(words)


if __name__ == "__main__":
    run(benchmark, options())
