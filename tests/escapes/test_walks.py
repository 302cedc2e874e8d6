"""Whatever restricted code can reach, no walk from it arrives at what it must not hold: modules, frames, loops …"""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.escapes.harness import CHECKOUT
from tests.escapes.walk import PLANTED


def walk(*how: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.escapes.walk", *how]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


def test_no_walk_from_what_an_app_can_reach_arrives_at_a_forbidden_object() -> None:
    done = walk()
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_same_walk_in_plain_python_arrives_at_one() -> None:
    done = walk("plain")
    assert done.returncode != 0
    assert "AssertionError" in done.stderr


@pytest.mark.parametrize("leak", PLANTED)
def test_a_leak_that_is_planted_some_steps_away_is_found(leak: str) -> None:
    done = walk("planted", leak)
    assert done.returncode != 0, "the walk passed it by"
    assert "AssertionError" in done.stderr
