"""``python -m benchmarks``: every benchmark, one after the other, with its defaults; some twenty minutes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ALL = (
    *(["throughput"], ["cold_start"], ["confinement"], ["deploy"], ["deploy", "--under-load"], ["redeploy"]),
    *(["density"], ["idle"], ["restricted"], ["neighbours"], ["wakes"]),
)


def main() -> int:
    """How many did not get to their end."""
    failed = 0
    for name, *words in ALL:
        command = [sys.executable, "-m", f"benchmarks.{name}", *words, *sys.argv[1:]]
        failed += subprocess.run(command, cwd=Path(__file__).parents[1]).returncode != 0
        print(flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
