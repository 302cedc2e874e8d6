"""Runs the attacks in all ways at once, each way in a process of its own (``lab.py``), and tells what came of it.

``python -m tests.escapes.harness`` prints the table; ``-v`` also how each one ended.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.escapes.attack import Attack, attacks

CHECKOUT = Path(__file__).parents[2]
WAYS = ("plain", "restricted", "kernel", *(["uid"] if os.geteuid() == 0 else []))
ELSEWHERE = "/var/tmp" if os.access("/var/tmp", os.W_OK) else str(Path.home())
"""Not beneath /tmp, /app or /data: paths there mean the app's own folders to a host."""
LAYER = {"restricted": "language", "kernel": "kernel", "uid": "kernel"}
"""Which boundary each way puts to the test. *uid* is the kernel layer of a platform that is root."""

Outcomes = dict[str, dict[str, str]]
"""By way, by attack: what it returned, or how it ended."""


def run(names: Iterable[str]) -> Outcomes:
    names = list(names)
    with tempfile.TemporaryDirectory(prefix="vaas-escapes-", dir=ELSEWHERE) as folder:
        labs = {way: _start(way, names, Path(folder)) for way in WAYS}
        return {way: _finish(way, lab) for way, lab in labs.items()}


def _start(way: str, names: list[str], folder: Path) -> subprocess.Popen[bytes]:
    root = folder / way
    root.mkdir()
    chosen = [name for name in names if way not in LAYER or attacks()[name].is_held_by(LAYER[way])]
    job = {"root": str(root), "secret": f"neighbour-{secrets.token_hex(8)}", "attacks": chosen}
    lab = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.escapes.lab", way],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=CHECKOUT,
        env={**os.environ, "VAAS_CANARY": f"canary-{secrets.token_hex(8)}"},
    )
    assert lab.stdin is not None
    lab.stdin.write(json.dumps(job).encode())
    lab.stdin.close()
    lab.stdin = None
    return lab


def _finish(way: str, lab: subprocess.Popen[bytes]) -> dict[str, str]:
    out, errors = lab.communicate(timeout=300)
    assert lab.returncode == 0, f"{way}: {errors.decode()}"
    return dict(json.loads(out))


def escaped(outcome: str) -> bool:
    return outcome.startswith("ESCAPED:")


def absent(outcome: str) -> str:
    """Why this system cannot try it even in plain Python; empty if it can."""
    return outcome.removeprefix("ABSENT:").strip() if outcome.startswith("ABSENT:") else ""


def table(outcomes: Outcomes) -> str:
    """Class by way: tried, repelled, escaped; only what plain Python lets through counts as tried."""
    rows = [f"{'class':24}" + "".join(f"{way:>12}{'tried':>7}{'repelled':>10}{'escaped':>9}" for way in WAYS[1:])]
    counts: dict[str, Counter[str]] = {}
    for attack in attacks().values():
        if escaped(outcomes["plain"].get(attack.name, "")):
            for kind in (attack.kind, "all"):
                counts.setdefault(kind, Counter()).update(_counted(attack, outcomes))
    for kind, count in sorted(counts.items(), key=lambda it: (it[0] == "all", it[0])):
        cells = (
            f"{'':12}{count[f'{way} tried']:7}{count[f'{way} tried'] - count[f'{way} escaped']:10}"
            f"{count[f'{way} escaped']:9}"
            for way in WAYS[1:]
        )
        rows.append(f"{kind:24}" + "".join(cells))
    return "\n".join(rows)


def _counted(attack: Attack, outcomes: Outcomes) -> Iterable[str]:
    for way in WAYS[1:]:
        if attack.name in outcomes[way]:
            yield f"{way} tried"
            if escaped(outcomes[way][attack.name]):
                yield f"{way} escaped"


if __name__ == "__main__":
    wanted = [name for name in attacks() if not sys.argv[2:] or any(part in name for part in sys.argv[2:])]
    found = run(wanted)
    if sys.argv[1:2] == ["-v"]:
        for name in wanted:
            for way in WAYS:
                print(f"{name:46} {way:10} {found[way].get(name, '-')[:230]!r}")
    print(table(found))
