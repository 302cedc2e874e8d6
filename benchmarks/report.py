"""Report: what a benchmark prints: the machine, its tables, its bars and its notes; or the same as JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.figures import Bar, number

PACKAGES = ("uvicorn", "uvloop", "httptools", "starlette", "granian", "msgspec")


@dataclass
class Table:
    title: str
    columns: list[str]
    rows: list[list[Any]] = field(default_factory=list)

    def __str__(self) -> str:
        cells = [self.columns, *([_cell(value) for value in row] for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        lines = [_line(row, widths) for row in cells]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join([self.title, *(f"  {line}" for line in lines)])


@dataclass
class Report:
    name: str
    tables: list[Table] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def table(self, title: str, *columns: str) -> Table:
        self.tables.append(Table(title, list(columns)))
        return self.tables[-1]

    def __str__(self) -> str:
        machine = ", ".join(f"{name} {value}" for name, value in facts().items())
        parts = [f"{self.name}: {machine}", *map(str, self.tables)]
        parts += ["\n".join(f"* {note}" for note in self.notes)] if self.notes else []
        return "\n\n".join([*parts, "\n".join(f"{'✓' if bar.reached else '✗'} {bar}" for bar in self.bars)])

    def json(self) -> str:
        document = {
            "benchmark": self.name,
            "machine": facts(),
            "tables": [vars(table) for table in self.tables],
            "bars": [{**bar._asdict(), "reached": bar.reached, "short_by": bar.short_by} for bar in self.bars],
            "notes": self.notes,
        }
        return json.dumps(document, indent=2, ensure_ascii=False)


def facts() -> dict[str, str]:
    """What figures depend on: the machine, its load before we came, and the versions of what is compared."""
    found = {
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": _processor(),
        "kernel": platform.release(),
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
    }
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _cell(value: Any) -> str:
    return number(value) if isinstance(value, int | float) else str(value)


def _line(row: list[str], widths: list[int]) -> str:
    first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join([row[0].ljust(len(first)), *others])


def progress(words: str) -> None:
    """What goes on now, on standard error, where it does not disturb the result."""
    sys.stderr.write(f"\r\x1b[K{words}" if sys.stderr.isatty() else "")
    sys.stderr.flush()
