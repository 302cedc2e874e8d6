"""Deploys under constant load, with every answer looked at: ``python -m benchmarks.deploy --under-load``.

Two apps are asked all the time over connections that stay; one is deployed again and again. An answer is *failed* if
it is not a 200 or the connection breaks; *wrong* if it is another app's, of a version that was not there yet, or older
than one that this connection has seen, or than the newest that was ready before it was asked.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.client import Connection
from benchmarks.figures import Bar, median, percentile
from benchmarks.node import APPS, PATIENCE, VAAS, Node
from benchmarks.report import Report, progress

CONNECTIONS = 8
"""To each of the two apps."""
PAUSE = 0.01
"""Seconds between two requests of one connection: some thousand requests a second in all, with room for the deploys."""
OTHER = {"hello": "world"}
"""What the app that is not deployed answers."""


@dataclass
class Versions:
    """What may answer now. Written by the one who deploys, read by all who ask."""

    ready: int = 0
    """The newest that ``vaas deploy`` has said to be ready: nothing older may answer a request that begins now."""
    sent: int = 0
    """The newest that has been deployed: nothing newer can answer."""


@dataclass
class Tally:
    answers: int = 0
    failed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


class Asker(threading.Thread):
    """One client with one connection to one app."""

    def __init__(self, url: str, expected: Callable[[], Versions] | None, stop: threading.Event) -> None:
        super().__init__()
        self.tally = Tally()
        self._url = url
        self._versions = expected
        self._stop_asking = stop
        self._newest = 0

    def run(self) -> None:
        connection = Connection(self._url)
        while not self._stop_asking.wait(PAUSE):
            oldest = self._versions().ready if self._versions else 0
            try:
                answer = connection.get()
            except OSError as error:
                self.tally.failed.append(f"{type(error).__name__}: {error}")
                connection.close()
                connection = Connection(self._url)
                continue
            self.tally.seconds.append(answer.seconds)
            self._judge(answer.status, answer.body, oldest)
        connection.close()

    def _judge(self, status: int, body: bytes, oldest: int) -> None:
        self.tally.answers += 1
        if status != 200:
            self.tally.failed.append(f"{status}: {body!r}")
        elif problem := self._problem(body, oldest):
            self.tally.wrong.append(problem)

    def _problem(self, body: bytes, oldest: int) -> str:
        answer = json.loads(body)
        if self._versions is None:
            return "" if answer == OTHER else f"the other app answered {answer}"
        version = answer.get("hello")
        if not isinstance(version, int):
            return f"the app answered {answer}"
        if not max(oldest, self._newest) <= version <= self._versions().sent:
            return f"version {version}, where {max(oldest, self._newest)} to {self._versions().sent} may answer"
        self._newest = version
        return ""


def benchmark(node: Node, folder: Path, write_version: Callable[[Path, int], None], deploys: int) -> Report:
    node.deploy(APPS / "hello_async")
    versions, stop = Versions(), threading.Event()
    askers = [Asker(f"{node.gateway}/hello/hello", lambda: versions, stop) for _ in range(CONNECTIONS)]
    askers += [Asker(f"{node.gateway}/hello-async/hello", None, stop) for _ in range(CONNECTIONS)]
    for asker in askers:
        asker.start()
    began = time.monotonic()
    try:
        took = [deploy(node, folder, write_version, versions, deploys) for _ in range(deploys)]
    finally:
        stop.set()
        for asker in askers:
            asker.join()
    progress("")
    return report(askers, took, time.monotonic() - began)


def deploy(
    node: Node, folder: Path, write_version: Callable[[Path, int], None], versions: Versions, deploys: int
) -> float:
    versions.sent += 1
    progress(f"deploy {versions.sent} of {deploys}")
    write_version(folder, versions.sent)
    began = time.perf_counter()
    subprocess.run(
        [VAAS, "deploy", str(folder)], env=node.environ, check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL
    )
    versions.ready = versions.sent
    return time.perf_counter() - began


def report(askers: list[Asker], took: list[float], lasted: float) -> Report:
    made = Report("deploy --under-load")
    tallies = [asker.tally for asker in askers]
    answers = sum(tally.answers for tally in tallies)
    failed, wrong = ([line for tally in tallies for line in getattr(tally, kind)] for kind in ("failed", "wrong"))
    seconds = [one for tally in tallies for one in tally.seconds]
    columns = "deploys", "median s", "most s", "answers", "a second", "p50 ms", "p99 ms", "most ms"
    table = made.table("Under load", *columns)
    times = [1e3 * value for value in (median(seconds), percentile(seconds, 0.99), max(seconds))]
    table.rows.append([len(took), median(took), max(took), answers, answers / lasted, *times])
    made.notes += [f"failed: {line}" for line in failed[:5]] + [f"wrong: {line}" for line in wrong[:5]]
    made.bars.append(Bar("failed answers", len(failed), 0, at_least=False))
    made.bars.append(Bar("wrong answers", len(wrong), 0, at_least=False))
    return made
