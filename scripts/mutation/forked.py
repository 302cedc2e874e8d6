"""One run of pytest in a fork of this process: what no mutant changes has been imported before, by the parent.

Used by ``job.py``, which is to be a subreaper: what a test starts becomes its child when its parent ends, so that all
of it is found and killed, by its own pid.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import signal
import sys
import time
import warnings
from collections.abc import Iterable
from pathlib import Path

import pytest

MEMORY = 6 * 1024**3
"""Bytes that a process of a mutant may allocate: one that allocates for ever ends, and not the machine."""
OPTIONS = (
    *("-q", "--tb=line", "--hypothesis-seed=0", "-p", "scripts.mutation.plugin", "-p", "no:randomly"),
    *("-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of what is imported before
)
POLL = 0.005
"""Seconds between two looks whether it has ended."""


def preload(modules: Iterable[str]) -> None:
    """Imports packages that tests use, so that no fork has to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def run(words: Iterable[str], plan: Path, said: Path, timeout: float) -> int | None:
    """Pytest's exit code; None if it was killed after ``timeout`` seconds, as all that it leaves is in any case."""
    pid = os.fork()
    if pid == 0:
        _become_pytest([*OPTIONS, *words], plan, said)
    until = time.monotonic() + timeout
    try:
        while (ended := os.waitpid(pid, os.WNOHANG)) == (0, 0):
            if time.monotonic() > until:
                return None
            time.sleep(POLL)
        return os.waitstatus_to_exitcode(ended[1])
    finally:
        end_children()


def _become_pytest(words: list[str], plan: Path, said: Path) -> None:
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
        os.dup2(1, 2)
        os.environ["MUTANTS_PLAN"] = str(plan)
        sys.argv = ["pytest", *words]
        code = int(pytest.main(words))
        sys.stdout.flush()
    finally:
        os._exit(code)


def end_children() -> None:
    """Kills all that is or becomes ours, until there is nothing: what a killed one leaves becomes ours in its turn."""
    while True:
        for pid in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    try:
        return [
            int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()
        ]
    except OSError:
        return []
