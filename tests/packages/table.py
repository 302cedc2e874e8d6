"""``python -m tests.packages.table``: each package, its files and lines, what passes, and what refused the rest."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.report import Table
from tests.packages.catalog import PACKAGES
from tests.packages.fetch import Unreachable, sources
from tests.packages.runs import run


def main() -> int:
    try:
        folder = sources()
    except Unreachable as error:
        print(f"PyPI cannot be reached: {error}", file=sys.stderr)
        return 1
    table = Table(
        "Packages of PyPI as an app's own restricted code",
        ["package", "files", "lines", "accepted", "imported", "examples", "refused by rule"],
    )
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as place:
            it = run(package, folder, Path(place))
        refused = ", ".join(f"{rule} {count}" for rule, count in it.refused.most_common()) or "-"
        examples = f"{it.examples}/{len(package.examples)}"
        table.rows.append([package.pin, it.files, it.lines, it.accepted, it.imported, examples, refused])
        for line in it.wrong:
            print(f"{package.pin}: {line}", file=sys.stderr)
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
