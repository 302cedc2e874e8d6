"""`make mutants`: changes the central modules in one place at a time, and prints the changes that no test sees.

A seeded sample: the same seed gives the same mutants as long as the sources are the same. Each is run in a copy, the
working tree is only read. `make mutants MUTANTS="--modules pool/link --count 40"` looks closer. See ``mutation/``.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from scripts.mutation import report
from scripts.mutation.central import central_modules, is_equivalent, known_equivalents
from scripts.mutation.job import Answer, Order, failed_test
from scripts.mutation.jobs import ROOT, Jobs, jobs
from scripts.mutation.mutant import Central, Mutant, Outcome
from scripts.mutation.reach import Reach
from scripts.mutation.sample import draw

WANTED = 0.95
"""The share of mutants that the tests must see; from issue 8."""
PATIENCE = 6.0
"""How many times as long as without a mutant a test may take, besides GRACE; beyond, it hangs."""
GRACE = 8.0
"""Seconds that any test may take longer: the machine is shared."""
TIMED = 0.5
"""Seconds beyond which a test is about time, and may fail by itself on a busy machine: it must fail twice."""
STARTING = 30.0
"""Seconds for pytest to start and to collect."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also where the caller's shell had it ignored
        signal.signal(number, _interrupt)
    options = _options()
    modules = central_modules(options.modules)
    with jobs(options.jobs) as at:
        reach = learn(at, modules)
        _tell(f"{len(reach.seconds)} tests concern {len(modules)} modules.")
        for test in sorted(reach.failed):
            _tell(f"left out, as it fails without a mutant: {test}")
        until = time.monotonic() + options.seconds
        outcomes = list(tried(at, modules, reach, options, until))
    for part in (["", "Not seen by any test:"], report.survivors(outcomes), [""], report.table(outcomes)):
        print(*part, sep="\n")
    return 0 if report.share(outcomes) >= options.wanted else 1


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description="Mutates the central modules.")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other mutants")
    parser.add_argument("--count", type=int, default=12, help="mutants of each module")
    parser.add_argument("--modules", nargs="+", default=[], help="names or paths in central.toml; pool is all of pool/")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no mutant after that long")
    parser.add_argument("--wanted", type=float, default=WANTED, help="fail below this share")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    return parser.parse_args()


def learn(at: Jobs, modules: Sequence[Central]) -> Reach:
    """Runs every test that concerns the modules once, without a mutant, and sees which lines it reaches."""
    reach = Reach()
    files = test_files(modules)
    measure = sorted({module.path for module in modules})
    order = {"measure": measure, "timeout": 1800}
    for _, answer in at.map(dealt(files, 6), lambda part: {**order, "files": part}):
        if answer["code"] not in (0, 1) or not answer["records"]:  # 1 is also an interpreter without pytest
            raise SystemExit(f"the tests cannot be run without a mutant:\n{answer['tail']}")
        if not any("test" in record for record in answer["records"]):  # else every mutant would pass for not reached
            raise SystemExit(f"no test was run:\n{answer['tail']}")
        reach.learn(answer["records"], answer["tree"])
    again(at, reach)
    return reach


def again(at: Jobs, reach: Reach) -> None:
    """Those that failed while their lines were watched: perhaps they only do not bear the watching."""
    for test, answer in at.map(sorted(reach.failed), lambda test: {**run_only([test]), "timeout": 300}):
        if answer["code"] == 0:
            reach.failed.discard(test)


def test_files(modules: Sequence[Central]) -> list[str]:
    found: set[str] = set()
    for path in {path for module in modules for path in (*module.tests, *module.elsewhere)}:
        there = ROOT / path
        if not there.exists():
            _tell(f"no such tests: {path}")
        found |= {str(each.relative_to(ROOT)) for each in (there.rglob("test_*.py") if there.is_dir() else [there])}
    return sorted(path for path in found if (ROOT / path).exists())


def dealt(files: Sequence[str], parts: int) -> Iterator[list[str]]:
    """Like cards, so that no part has all the slow ones of one folder."""
    return (list(files[index::parts]) for index in range(min(parts, len(files))))


def tried(
    at: Jobs, modules: Sequence[Central], reach: Reach, options: argparse.Namespace, until: float
) -> Iterator[Outcome]:
    known = known_equivalents()
    waiting: list[tuple[Mutant, str, list[str]]] = []
    for module in modules:
        source = (ROOT / module.path).read_text()
        for mutant in draw(module, source, options.count, options.seed):
            tests = reach.select(mutant, module)
            if is_equivalent(mutant, known):
                yield _told(Outcome(mutant, "equivalent"))
            elif not tests:
                yield _told(Outcome(mutant, "unreached", "no test runs this line"))
            else:
                waiting.append((mutant, mutant.apply(source), tests))
    done = 0
    for (mutant, _, tests), answer in at.map(waiting, lambda it: order(*it, reach), lambda: time.monotonic() > until):
        done += 1
        yield _told(outcome(mutant, tests, answer))
    if done < len(waiting):
        _tell(f"{len(waiting) - done} mutants were not tried: the time was over")


def order(mutant: Mutant, text: str, tests: list[str], reach: Reach) -> Order:
    limits = {test: GRACE + PATIENCE * reach.seconds[test] for test in tests}
    total = STARTING + GRACE + 3 * sum(reach.seconds[test] for test in tests)
    doubtful = [test for test in tests if reach.seconds[test] > TIMED]
    return {
        **run_only(tests), "limits": limits, "doubtful": doubtful, "timeout": total, "path": mutant.path, "text": text,
    }  # fmt: skip


def run_only(tests: Sequence[str]) -> dict[str, Any]:
    return {"only": list(tests), "files": list(dict.fromkeys(test.partition("::")[0] for test in tests))}


def outcome(mutant: Mutant, tests: list[str], answer: Answer) -> Outcome:
    if answer["code"] == 0:
        return Outcome(mutant, "survived", f"{len(tests)} tests pass", answer["seconds"])
    hung = answer["code"] is None or "Timeout (" in answer["tail"]
    return Outcome(mutant, "hung" if hung else "killed", failed_test(answer) or "collecting", answer["seconds"])


def _told(outcome: Outcome) -> Outcome:
    _tell(report.line(outcome))
    return outcome


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
