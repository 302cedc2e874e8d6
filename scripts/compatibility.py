"""Runs the apps of ``tests/compat`` on a platform of its own, trusted and restricted, and writes docs/compatibility.md.

``python -m scripts.compatibility``; it takes some minutes, and needs an index of packages the first time.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.compat.case import Case
from tests.compat.matrix import APPS, Matrix, Refused, matrix
from tests.compat.servers import absent
from tests.compat.table import CASES

PAGE = Path(__file__).resolve().parent.parent / "docs/compatibility.md"

HEAD = """# Compatibility

Applications and libraries as PyPI has them, each asked through a gateway by `tests/compat`: right after its deploy, and
again after its host was ended. *Trusted* is `code = "trusted"`; *restricted* is the app's own code under the language
layer, with its packages loaded plainly. `python -m scripts.compatibility` runs all of it again and writes this page.

"""
HEADINGS = ("package", "version", "what was tried", "trusted", "restricted", "note")


class Row(NamedTuple):
    package: str
    version: str
    tried: str
    trusted: str
    restricted: str
    note: str


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="vaas-") as home, matrix(Path(home)) as it:
        rows = [row(it, case) for case in CASES]
        PAGE.write_text(written(rows))
    wrong = [each for each in rows if each.trusted.startswith("no:")]
    for each in wrong:
        print(f"{each.package}: {each.trusted}", file=sys.stderr)
    return 1 if wrong else 0


def row(it: Matrix, case: Case) -> Row:
    outcome = {code: told(it, case, code) for code in ("trusted", "restricted")}
    print(case.app, outcome, flush=True)
    restricted = f"no: {case.restricted}" if case.restricted else outcome["restricted"]
    return Row(
        ", ".join(case.packages), ", ".join(versions(case)), case.tried, outcome["trusted"], restricted, case.note
    )


def told(it: Matrix, case: Case, code: str) -> str:
    if absent(case.needs):
        return f"not tried: no {case.needs} where this ran"
    try:
        it.try_out(case, code)
    except (Refused, AssertionError) as error:
        return f"no: {(str(error).strip().splitlines() or [type(error).__name__])[0][:200]}"
    return "yes"


def versions(case: Case) -> list[str]:
    """Those that the folder pins, in the order of its packages."""
    text = (APPS / case.folder / "requirements.txt").read_text()
    pins = dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==(\S+)", text, re.MULTILINE))
    return [pins[name] for name in case.packages]


def written(rows: list[Row]) -> str:
    lines = [HEADINGS, ["---"] * len(HEADINGS), *rows]
    return HEAD + "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def rows_of(page: str) -> list[Row]:
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")
    ]
    return [Row(*each) for each in cells[2:]]


if __name__ == "__main__":
    sys.exit(main())
