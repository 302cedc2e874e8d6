"""`make coverage`: runs the tests and prints which part of the branches they take, by package, with a floor.

Every process of the run counts, those with an empty environment and the forked ones too (``measured.py``); only what is
killed cannot tell. Left out are tests that do not bear to be traced, those that need the machine alone, and real apps
of PyPI: `make test` runs them. Nothing is left in the tree.
"""

from __future__ import annotations

import json
import marshal
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import coverage

from scripts.environment import make_environment

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "pyproject.toml"
TOPS = ("vaas", "cli")
LENGTH = 8
"""Bytes before the counts of a process, as in `measured.py`."""
LOW = 90.0
"""Per cent below which a file is named; from issue 8."""
DEPTH = 3
"""Words of a package's name in the table."""


@dataclass(frozen=True)
class Part:
    """A file, or all files of a package."""

    name: str
    taken: int
    """Lines run and branches taken."""
    all: int

    @property
    def percent(self) -> float:
        return 100.0 * self.taken / self.all if self.all else 100.0


def main(words: list[str]) -> int:
    """``words``: what pytest is given; without, all tests that count. The result is 2 below the floor, else 0: whether
    tests pass is judged by `make test`, where nothing slows them."""
    for number in (signal.SIGTERM, signal.SIGHUP):  # they end it in order, as a Ctrl-C does
        signal.signal(number, signal.default_int_handler)
    with temporary() as folder:
        python = environment(folder)
        failed = tests(python, words)
        parts, lost = counted(folder / "counts", () if words else every_file())
    print("", *table(parts), sep="\n")
    print(f"{lost} processes were killed and could not tell.", *["Tests failed while they were traced."] * failed)
    return 2 if not words and below(parts, floor()) else 0


def floor() -> float:
    return float(tomllib.loads(CONFIG.read_text())["tool"]["coverage"]["report"]["fail_under"])


def every_file() -> list[str]:
    return [str(path) for top in TOPS for path in (ROOT / top).rglob("*.py")]


@contextmanager
def temporary() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="coverage-"))
    folder.chmod(0o755)  # hosts run as users of their own, and read the environment
    try:
        (folder / "counts").mkdir()
        yield folder
    finally:
        shutil.rmtree(folder)


def environment(folder: Path, tree: Path = ROOT) -> Path:
    """An environment in which each interpreter counts, and imports ``tree``; returns its interpreter."""
    packages = make_environment(folder / "venv", tree)
    text = (ROOT / "scripts/measured.py").read_text()
    filled = text.replace('"{folder}"', repr(str(folder / "counts"))).replace('"{config}"', repr(str(CONFIG)))
    (packages / "measured.py").write_text(filled)
    (packages / "zz_measured.pth").write_text("import measured\n")
    return folder / "venv/bin/python"


def tests(python: Path, words: list[str]) -> bool:
    """Runs them, side by side; whether any has failed."""
    environ = {**os.environ, "PATH": f"{python.parent}:{os.environ.get('PATH', os.defpath)}"}
    how = ["-m", "not untraced and not alone and not compat", "-n", "auto", "--maxprocesses", "8", "--dist", "loadfile"]
    return subprocess.run([str(python), "-m", "pytest", *how, *words], cwd=ROOT, env=environ).returncode != 0


def counted(folder: Path, files: Collection[str] = ()) -> tuple[list[Part], int]:
    """The counts of all processes together, by file, also of these ``files`` if nothing has imported them; and how many
    processes have left none."""
    arcs, lost = united(folder.iterdir())
    together = coverage.Coverage(data_file=None, config_file=str(CONFIG), messages=False)
    data = together.get_data()
    data.add_arcs(arcs)
    if files:
        data.touch_files(files)
    report = folder.with_name("report.json")
    together.json_report(outfile=str(report))
    return parts_of(json.loads(report.read_text())["files"]), lost


def united(paths: Iterable[Path]) -> tuple[dict[str, set[tuple[int, int]]], int]:
    """All arcs of all processes, by file, and how many processes have told of none."""
    arcs: dict[str, set[tuple[int, int]]] = {}
    known: set[tuple[str, bytes]] = set()
    lost = 0
    for path in paths:
        counts = counts_in(path)
        lost += counts is None
        for file, content in (counts or {}).items():
            if (file, content) not in known:
                known.add((file, content))
                arcs.setdefault(file, set()).update(marshal.loads(content))
    return arcs, lost


def counts_in(path: Path) -> dict[str, bytes] | None:
    with path.open("rb") as file:
        size = int.from_bytes(file.read(LENGTH), "big")
        return marshal.loads(file.read(size)) if size else None


def parts_of(files: dict[str, dict[str, dict[str, int]]]) -> list[Part]:
    sums = {name: file["summary"] for name, file in files.items()}
    return [
        Part(name, each["covered_lines"] + each["covered_branches"], each["num_statements"] + each["num_branches"])
        for name, each in sorted(sums.items())
    ]


def joined(name: str, parts: Iterable[Part]) -> Part:
    listed = list(parts)
    return Part(name, sum(part.taken for part in listed), sum(part.all for part in listed))


def package(part: Part) -> str:
    return ".".join(Path(part.name).parent.parts[:DEPTH])


def table(files: list[Part]) -> list[str]:
    """Each package, and beneath it its files that are low."""
    width = max((len(part.name) for part in files), default=0) + 6
    lines = [f"{'lines and branches':<{width}} taken"]
    for name in sorted({package(part) for part in files}):
        inside = [part for part in files if package(part) == name]
        lines.append(row(joined(name, inside), width))
        lines += [row(part, width, "    ") for part in inside if part.percent < LOW]
    return [*lines, row(joined("all", files), width)]


def row(part: Part, width: int, indent: str = "") -> str:
    return f"{indent + part.name:<{width}} {part.percent:4.1f} %  ({part.all - part.taken} of {part.all} not)"


def below(files: list[Part], floor: float) -> bool:
    percent = joined("all", files).percent
    if percent < floor:
        print(f"That is below the floor of {floor:g} % (fail_under in pyproject.toml).", file=sys.stderr)
    return percent < floor


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
