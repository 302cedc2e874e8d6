"""Memory of a node with many apps, each with a host that has answered: private pages per idle host, and all of it.

``python -m benchmarks.density``. From ``smaps_rollup`` of each host, found in /proc below the node's own process.
Peer: as many processes of bare Starlette on uvicorn would take what one of them takes here, times their number.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.client import get
from benchmarks.command import Options, parser, run
from benchmarks.figures import Bar, median, percentile
from benchmarks.node import APPS, Node, running
from benchmarks.processes import Memory, memory, started, until
from benchmarks.report import Report, progress
from benchmarks.servers import ROOT, STARLETTE, answers, free_port, uvicorn

APPS_AT_ONCE = 200
BATCH = 20
"""Apps in one ``vaas deploy``."""
STAY = '[limits]\nidle = "1h"\n'
"""No host may go away by itself while we count."""
MB = 1024 * 1024
"""As in the manifest, where "256MB" is that many times 2²⁰ bytes."""


def benchmark(options: Options, home: Path) -> Report:
    with running(home) as node:
        fill(node, options.apps)
        for asked in range(options.rounds):
            ask_all(node, options.apps, asked)
        hosts = [memory(pid) for pid in node.hosts]
        own = {"platform": memory(node.pid), "zygote": memory(node.zygote)}
    return report(options, hosts, own, peer(home))


def fill(node: Node, apps: int) -> None:
    for start in range(0, apps, BATCH):
        progress(f"deploying app {start + 1} of {apps}")
        names = [name(index) for index in range(start, min(start + BATCH, apps))]
        node.deploy(*(node.app(each, APPS / "hello_async", STAY) for each in names))
    progress("")


def name(index: int) -> str:
    return f"app-{index}"


def ask_all(node: Node, apps: int, asked: int) -> None:
    """One request to each. All hosts must be there after it: this is about apps that are hot at the same time."""
    progress(f"asking each of {apps} apps, {asked + 1}")
    for index in range(apps):
        url = f"{node.gateway}/{name(index)}/hello"
        if (answer := get(url)).status != 200:
            raise RuntimeError(f"{url} answered {answer}")
    if len(node.hosts) != apps:
        raise RuntimeError(f"{apps} apps have {len(node.hosts)} hosts")
    progress("")


def peer(home: Path) -> Memory:
    port = free_port()
    url = f"http://127.0.0.1:{port}/hello"
    with started(uvicorn(STARLETTE, port), dict(os.environ), home / "peer.err", ROOT) as process:
        until(lambda: answers(url), "an answer of uvicorn")
        return memory(process.pid)


def report(options: Options, hosts: list[Memory], own: dict[str, Memory], peer: Memory) -> Report:
    made = Report("density", notes=[f"{options.apps} apps, each with a host, {options.rounds} request(s) each"])
    table = made.table("Memory of one, MB", "what", "private", "PSS", "private, p99", "private, most")
    private, shared_out = [one.private / MB for one in hosts], [one.shared_out / MB for one in hosts]
    most = percentile(private, 0.99), max(private)
    table.rows.append(["idle host", median(private), median(shared_out), *most])
    for what, one in [*own.items(), ("peer: uvicorn and Starlette", peer)]:
        table.rows.append([what, one.private / MB, one.shared_out / MB, "", ""])
    total = sum(shared_out) + sum(one.shared_out for one in own.values()) / MB
    made.table("All of it, MB", "what", "PSS").rows.extend(
        [["the node with all hosts", total], ["as many of the peer", options.apps * peer.private / MB]]
    )
    made.bars.append(Bar("private memory per idle host, median", median(private), 8, at_least=False, unit=" MB"))
    made.bars.append(Bar("private memory per idle host, most", max(private), 8, at_least=False, unit=" MB"))
    made.notes.append(f"the peer takes {peer.private / MB / median(private):.1f} times the private memory of a host")
    return made


def options(words: Sequence[str] | None = None) -> Options:
    made = parser(__doc__, rounds=1)
    made.add_argument("--apps", type=int, default=APPS_AT_ONCE, help=f"how many (default {APPS_AT_ONCE})")
    return made.parse_args(words)


if __name__ == "__main__":
    run(benchmark, options())
