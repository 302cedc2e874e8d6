"""A redeploy of one changed line, of apps with packages: how long, how much is uploaded, and what an import takes.

``python -m benchmarks.redeploy``. Each app is deployed once, and then again and again with another number in one line.
Its import, in a host with the bytecode that the node keeps, is compared with plain Python's of the same files, compiled
by itself. Packages come from an index the first time.
"""

from __future__ import annotations

import compileall
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.command import Options, parser, run
from benchmarks.figures import Bar, median
from benchmarks.node import APPS, PATIENCE, Node, running
from benchmarks.report import Report, progress
from vaas.core.limits.priority import HOST

IMPORTS = {
    "hello_def": "",
    "flask_page": "flask",
    "django_page": "django.contrib.admin.sites",
    "fastapi_orm": "fastapi, pydantic, sqlalchemy.orm",
    "pandas_plot": "pandas, matplotlib.figure",
}
"""By app: what of its packages is imported to compare."""

NAMED = re.compile(r"^name = .*$", re.MULTILINE)
LINE = re.compile(r"^VERSION = \d+$", re.MULTILINE)
TIMED = "import time; began = time.perf_counter(); import {0}; print(time.perf_counter() - began)"

SECONDS, MEGABYTE, AS_PLAIN = 0.6, 1.0, 1.1
"""What is wanted of a redeploy, of what it uploads, and of an import against plain Python's."""


class Measured(NamedTuple):
    first: float
    """Seconds of the first deploy."""
    again: list[float]
    """And of each redeploy."""
    uploaded: int
    """Bytes that the largest redeploy brought into the bundle store."""
    ours: list[float]
    """Seconds of an import in a host; empty for an app without packages."""
    plain: list[float]


def benchmark(options: Options, home: Path) -> Report:
    with running(home) as node:
        return report({name: measure(node, name, options.rounds) for name in options.apps})


def measure(node: Node, name: str, rounds: int) -> Measured:
    app = name.replace("_", "-")
    folder = node.app(app, APPS / name, NAMED.sub("", (APPS / name / "vaas.toml").read_text()))
    progress(f"{name}: first deploy")
    first = deploy(node, folder)
    again, uploaded = [], 0
    for number in range(1, rounds + 1):
        progress(f"{name}: redeploy {number} of {rounds}")
        before = stored(node)
        change(folder, number)
        again.append(deploy(node, folder))
        uploaded = max(uploaded, stored(node) - before)
    ours, plain = imports(node, app, IMPORTS[name], rounds) if IMPORTS[name] else ([], [])
    progress("")
    return Measured(first, again, uploaded, ours, plain)


def deploy(node: Node, folder: Path) -> float:
    began = time.perf_counter()
    node.vaas("deploy", str(folder), "--grant")
    return time.perf_counter() - began


def change(folder: Path, number: int) -> None:
    file = folder / "app.py"
    text, found = LINE.subn(f"VERSION = {number}", file.read_text())
    file.write_text(text if found else f"{text}\nVERSION = {number}\n")


def stored(node: Node) -> int:
    return sum(file.stat().st_size for file in (node.home / "data" / "bundles").iterdir() if file.is_file())


def imports(node: Node, app: str, names: str, rounds: int) -> tuple[list[float], list[float]]:
    """In turns: in a host of the app, and in plain Python with a copy of the same files that it has compiled itself."""
    layer = newest(node)
    compileall.compile_dir(str(layer), quiet=2, workers=0)
    ours, plain, code = [], [], TIMED.format(names)
    for number in range(rounds):
        progress(f"{app}: import {number + 1} of {rounds}")
        ours.append(float(node.vaas("run", app, "--", "python", "-c", code)))
        python = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append({str(layer)!r}); {code}"]
        command = ["nice", "-n", str(HOST - os.nice(0)), *python]  # as a host is, or a busy machine tells of that alone
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
        plain.append(float(done.stdout))
    return ours, plain


def newest(node: Node) -> Path:
    """A copy of the layer that came last, without its bytecode, out of the way of the node."""
    layers = (node.home / "data" / "node" / "layers").iterdir()
    source = max(layers, key=lambda it: it.stat().st_mtime)
    return shutil.copytree(source, node.home / "plain" / source.name, ignore=shutil.ignore_patterns("__pycache__"))


def report(found: dict[str, Measured]) -> Report:
    made = Report("redeploy", notes=["a redeploy changes one line"])
    table = made.table(
        "At the command line",
        "app",
        "first s",
        "again s, median",
        "again s, most",
        "uploaded KB",
        "import ms",
        "plain ms",
    )
    for name, it in found.items():
        ours, plain = (f"{1e3 * min(taken):.0f}" if taken else "" for taken in (it.ours, it.plain))
        table.rows.append([name, it.first, median(it.again), max(it.again), it.uploaded / 1024, ours, plain])
        made.bars.append(Bar(f"{name}: redeploy, median", median(it.again), SECONDS, at_least=False, unit=" s"))
        made.bars.append(Bar(f"{name}: uploaded", it.uploaded / 1024**2, MEGABYTE, at_least=False, unit=" MB"))
        if it.plain:
            times = min(it.ours) / min(it.plain)
            made.bars.append(Bar(f"{name}: import", times, AS_PLAIN, at_least=False, unit=" of plain Python's"))
    return made


def options(words: Sequence[str] | None = None) -> Options:
    made = parser(__doc__, rounds=5)
    made.add_argument(
        "--apps", type=lambda text: text.split(","), default=[*IMPORTS], help="which, with commas between"
    )
    return made.parse_args(words)


if __name__ == "__main__":
    run(benchmark, options())
