"""`make storm`: runs it, prints the report, and fails if a claim does not hold. Next: ``conductor.py``."""

from __future__ import annotations

import argparse
import sys
import time

from tests.hostile.attackers import ATTACKERS, NOT_YET
from tests.hostile.conductor import Plan, conduct
from tests.hostile.judge import judge
from tests.hostile.report import report


def main() -> int:
    options = _options()
    names = options.only or [name for name in ATTACKERS if name not in NOT_YET]
    storm = conduct(Plan([ATTACKERS[name] for name in names], options.seconds, options.seed))
    verdicts = judge(storm, options.patience)
    print(report(storm, verdicts, options.seed))
    return 0 if all(verdict.fine for verdict in verdicts) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make storm", description="All attacks at once at a real platform.")
    parser.add_argument("--seconds", type=float, default=30.0, help="of the storm itself (default 30)")
    parser.add_argument("--seed", default=str(int(time.time())), help="the same seed sends the same bytes")
    parser.add_argument("--patience", type=float, default=1.0, help="how many times longer waits may be (default 1)")
    words = "an attacker by its name, also one that is off; more than once for several"
    parser.add_argument("--only", action="append", choices=list(ATTACKERS), help=words)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
