"""From pressing enter on ``vaas deploy`` to the first new answer at the gateway, step by step; and under load.

``python -m benchmarks.deploy``: a client asks all the time, and each round deploys another version of examples/hello.
``--under-load`` deploys a hundred times while others ask (``traffic.py``), and looks at every answer they get.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import traffic
from benchmarks.client import Connection
from benchmarks.command import Options, parser, run
from benchmarks.figures import Bar, median, percentile
from benchmarks.node import PATIENCE, VAAS, Node, running
from benchmarks.report import Report, progress

HELLO = Path(__file__).parents[1] / "examples" / "hello"
PAUSE = 0.002
"""Seconds between two questions of the client that waits for the new version: how exactly its arrival is known."""
OLD = '"world"'
"""What is replaced in the example's code, so that each version answers differently."""


NODE_STEPS = ("layer", "fetch", "verify", "unpack", "open", "start", "probe")
"""In the order in which a node does them; it tells of those that it had to do."""


class Deploy(NamedTuple):
    """One deploy. Seconds since the command was started."""

    answered: float
    ended: float
    steps: dict[str, float]
    """Seconds of each step, in order, up to the first new answer."""


def benchmark(options: Options, home: Path) -> Report:
    with running(home) as node:
        folder = node.app("hello", HELLO)
        write_version(folder, 0)
        node.deploy(folder)
        if options.under_load:
            return traffic.benchmark(node, folder, write_version, options.deploys)
        deploys = []
        for version in range(1, options.rounds + 1):
            progress(f"deploy {version} of {options.rounds}")
            deploys.append(deploy(node, folder, version))
        progress("")
    return report(deploys)


def write_version(folder: Path, version: int) -> None:
    source = (HELLO / "app.py").read_text()
    if OLD not in source:
        raise RuntimeError(f"{HELLO / 'app.py'} does not say {OLD} any more: change benchmarks/deploy.py with it")
    (folder / "app.py").write_text(source.replace(OLD, str(version)))


def version_of(body: bytes) -> int:
    return int(json.loads(body)["hello"])


class Watcher(threading.Thread):
    """Asks until the version answers; ``seen`` is then when that began, on the wall clock."""

    def __init__(self, url: str, version: int) -> None:
        super().__init__()
        self.seen = 0.0
        self._url = url
        self._version = version
        self._until = time.monotonic() + PATIENCE

    def run(self) -> None:
        connection = Connection(self._url)
        while not self.seen and time.monotonic() < self._until:
            if version_of(connection.get().body) == self._version:
                self.seen = time.time()
            time.sleep(PAUSE)
        connection.close()


def deploy(node: Node, folder: Path, version: int) -> Deploy:
    write_version(folder, version)
    watcher = Watcher(f"{node.gateway}/hello/hello", version)
    watcher.start()
    began = time.time()
    done = subprocess.run(
        [VAAS, "deploy", str(folder), "--json"], env=node.environ, capture_output=True, text=True, timeout=PATIENCE
    )
    ended = time.time()
    watcher.join()
    if done.returncode or not watcher.seen:
        raise RuntimeError(f"deploy of version {version}: {done.stdout}{done.stderr}")
    return Deploy(watcher.seen - began, ended - began, steps_of(json.loads(done.stdout)[0], began, watcher.seen))


def steps_of(told: dict[str, Any], began: float, seen: float) -> dict[str, float]:
    """Of what the command told: its own steps, the node's, and what lies between them, until the first new answer."""
    release = told["release"]
    created = datetime.fromisoformat(release["created_at"]).timestamp()
    mine, node = told["steps"], release["outcome"]["steps"]
    start = created - began - mine["pack"] - mine["upload"]
    rest = seen - created - sum(node.values())
    steps = {"command starts, checks, asks": start, "pack": mine["pack"], "upload": mine["upload"]}
    steps |= {f"node: {name}": node[name] for name in NODE_STEPS if name in node}
    return {**steps, "node: records, watch, switch": rest}


def report(deploys: list[Deploy]) -> Report:
    made = Report(
        "deploy", notes=[f"hello, {len(deploys)} deploys of another version each; a client asks all the time"]
    )
    table = made.table("From enter to the first new answer", "step", "median ms", "most ms")
    for step in deploys[-1].steps:
        taken = [1e3 * deploy.steps.get(step, 0.0) for deploy in deploys]
        table.rows.append([step, median(taken), max(taken)])
    for name, values in (
        ("first new answer", [deploy.answered for deploy in deploys]),
        ("command has ended", [deploy.ended for deploy in deploys]),
    ):
        table.rows.append([name, 1e3 * median(values), 1e3 * max(values)])
    answered = [deploy.answered for deploy in deploys]
    made.bars.append(Bar("first new answer, median", median(answered), 1, at_least=False, unit=" s"))
    made.notes.append(f"p99 of the first new answer: {percentile(answered, 0.99):.2f} s")
    return made


def options(words: Sequence[str] | None = None) -> Options:
    made = parser(__doc__, rounds=15)
    made.add_argument("--under-load", action="store_true", help="deploy under constant load, check every answer")
    made.add_argument("--deploys", type=int, default=100, help="how many with --under-load (default 100)")
    return made.parse_args(words)


if __name__ == "__main__":
    run(benchmark, options())
