"""A bounded HTTP load on loopback: wrk where it is installed, else ``bundled.py``. Every run stops by itself."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

THREADS = 1
"""Of wrk: one saturates what we measure, and leaves a core to it."""
PATIENCE = 30.0
"""Seconds beyond its own that a load may take."""


class Load(NamedTuple):
    rate: float
    """Good answers a second: a quick refusal is no speed."""
    p50: float
    """Milliseconds."""
    p99: float
    """Milliseconds."""
    failed: int
    """Answers that were not 2xx, and broken connections."""
    answers: int
    """All of them."""


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


def name() -> str:
    return f"wrk, {THREADS} thread" if has_wrk() else "the bundled loader (wrk is not installed)"


def measure(url: str, connections: int, seconds: float) -> Load:
    """wrk counts in whole seconds: there ``seconds`` is rounded, to one at least."""
    if has_wrk():
        words = ["wrk", "-t", str(THREADS), "-c", str(connections), "-d", f"{max(1, round(seconds))}s", "--latency"]
        return parse(_run([*words, url], seconds))
    command = [sys.executable, "-m", "benchmarks.bundled", url, str(connections), str(seconds)]
    return Load(**json.loads(_run(command, seconds)))


def _run(command: list[str], seconds: float) -> str:
    root = Path(__file__).parents[1]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + PATIENCE, cwd=root)
    return done.stdout


def parse(text: str) -> Load:
    """What wrk printed."""
    rate, answers = (re.search(pattern, text) for pattern in (r"Requests/sec:\s+([\d.]+)", r"(\d+) requests in"))
    if rate is None or answers is None:
        raise ValueError(f"wrk said: {text}")
    refused = _sum(r"Non-2xx or 3xx responses: (\d+)", text)
    good = float(rate[1]) * (1 - refused / max(1, int(answers[1])))
    broken = _sum(r"(?:connect |read |write |timeout )(\d+)", text)
    return Load(good, _latency(text, "50%"), _latency(text, "99%"), refused + broken, int(answers[1]))


def _sum(pattern: str, text: str) -> int:
    return sum(map(int, re.findall(pattern, text)))


def _latency(text: str, part: str) -> float:
    found = re.search(rf"{part}\s+([\d.]+)(us|ms|s|m)", text)
    if found is None:
        raise ValueError(f"wrk said: {text}")
    return float(found[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}[found[2]]
