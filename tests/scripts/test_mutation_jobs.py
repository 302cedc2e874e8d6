"""Mutants are run in copies: the tree is only read, what hangs is killed, and nothing is left."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.mutation.jobs import ROOT, Jobs, jobs

SOURCE = "def double(number):\n    return number * 2\n"
TEST = """
import os, subprocess, sys, time
import pytest, thing

def test_it():
    assert thing.double(3) == 6

def test_it_in_another_process():
    command = [sys.executable, "-I", "-c", "import thing; print(thing.double(3))"]
    said = subprocess.run(command, env={}, capture_output=True)
    assert said.stdout == b"6\\n"

def test_it_hangs(tmp_path):
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    print(left.pid, file=open(os.environ["LEFT"], "w"), flush=True)
    time.sleep(600)

def test_it_fails_once():
    first = not os.path.exists(os.environ["LEFT"])
    open(os.environ["LEFT"], "w").close()
    assert not first
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project, with one module and one file of tests."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "thing.py").write_text(SOURCE)
    (root / "test_thing.py").write_text(TEST)
    (root / "scripts").symlink_to(ROOT / "scripts")
    return root


@pytest.fixture
def at(tree: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Jobs]:
    monkeypatch.setenv("LEFT", str(tmp_path / "left"))
    with jobs(1, tree) as started:
        yield started


def ask(at: Jobs, *tests: str, **more: Any) -> dict[str, Any]:
    order = {"files": ["test_thing.py"], "only": [f"test_thing.py::{test}" for test in tests], "timeout": 60, **more}
    ((_, answer),) = at.map([order], lambda order: order)
    return answer


MUTANT = {"path": "thing.py", "text": SOURCE.replace("2", "3")}


def test_the_tests_pass_without_a_mutant_and_fail_with_it(at: Jobs):
    assert ask(at, "test_it")["code"] == 0
    assert ask(at, "test_it", **MUTANT)["code"] == 1
    assert ask(at, "test_it")["code"] == 0


def test_processes_with_an_empty_environment_see_the_mutant_too(at: Jobs):
    assert ask(at, "test_it_in_another_process")["code"] == 0
    assert ask(at, "test_it_in_another_process", **MUTANT)["code"] == 1


def test_the_tree_is_not_touched(at: Jobs, tree: Path):
    before = fingerprint(tree)
    ask(at, "test_it", **MUTANT)
    assert fingerprint(tree) == before


def test_lines_are_known_with_the_tests_that_reach_them(at: Jobs):
    records = ask(at, "test_it", measure=["thing.py"])["records"]
    (lines,) = [record["lines"] for record in records if "file" in record]
    assert lines["2"] == ["test test_thing.py::test_it"]


@pytest.mark.parametrize("bound", [{"timeout": 10}, {"limits": {"test_thing.py::test_it_hangs": 1}}])
def test_what_hangs_is_killed_with_all_that_it_has_started(at: Jobs, tmp_path: Path, bound: dict[str, Any]):
    assert ask(at, "test_it_hangs", **bound)["code"] != 0
    left = int((tmp_path / "left").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(left, 0)


def test_a_test_about_time_must_fail_twice(at: Jobs):
    assert ask(at, "test_it_fails_once", doubtful=["test_thing.py::test_it_fails_once"], **MUTANT)["code"] == 0
    assert ask(at, "test_it", doubtful=["test_thing.py::test_it"], **MUTANT)["code"] == 1


def test_when_one_test_fails_by_itself_the_others_are_run(at: Jobs):
    doubtful = ["test_thing.py::test_it_fails_once"]
    assert ask(at, "test_it_fails_once", "test_it", doubtful=doubtful, **MUTANT)["code"] == 1


def test_make_mutants_prints_a_table_and_leaves_nothing(tmp_path: Path):
    before = fingerprint(ROOT / "scripts", ROOT / "vaas")
    command = [sys.executable, "-m", "scripts.mutants", "--modules", "wire/codec", "--count", "2", "--wanted", "0"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("all")
    assert list(tmp_path.iterdir()) == []
    assert fingerprint(ROOT / "scripts", ROOT / "vaas") == before


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_and_leaves_nothing(tmp_path: Path, how: signal.Signals):
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "scripts.mutants", "--modules", "wire/codec"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    with process.stderr:
        process.stderr.readline()  # the tests have been run once
        process.send_signal(how)
        assert process.wait(30) == 130
    assert list(tmp_path.iterdir()) == []


def fingerprint(*folders: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc"):
        found.update(str(path).encode() + (path.read_bytes() if path.is_file() else b""))
    return found.hexdigest()
