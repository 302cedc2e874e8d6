"""`make coverage`: every process counts, confined and forked ones too, and nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.measure import Part, below, counted, environment, floor, joined, table, temporary
from scripts.mutation.jobs import ROOT

THING = """
def f(a):
    if a == 1:
        return "by the parent"
    if a == 2:
        return "by the child"
    return "by nobody"
"""
FORKING = """
import os, vaas.thing
child = os.fork()
if child == 0:
    vaas.thing.f(2)
    os._exit(0)
os.waitpid(child, 0)
vaas.thing.f(1)
"""
ENDLESS = "import os, vaas.thing\nif os.fork() == 0:\n    os.kill(os.getpid(), 9)\nos.wait()\n"


def measured(tmp_path: Path, program: str) -> tuple[Part, int]:
    tree = tmp_path / "tree"
    (tree / "vaas").mkdir(parents=True)
    (tree / "vaas/__init__.py").touch()
    (tree / "vaas/thing.py").write_text(THING)
    (tmp_path / "run/counts").mkdir(parents=True)
    python = environment(tmp_path / "run", tree)
    subprocess.run([str(python), "-I", "-c", program], env={}, check=True)
    parts, lost = counted(tmp_path / "run/counts")
    return next(part for part in parts if part.name.endswith("thing.py")), lost


def test_a_process_without_an_environment_counts_and_a_forked_one_too(tmp_path: Path):
    part, lost = measured(tmp_path, FORKING)
    assert (part.taken, part.all) == (8, 10)  # six lines and four branches; `return "by nobody"` and the way to it not
    assert lost == 0


def test_a_file_that_nothing_imports_counts_as_not_taken(tmp_path: Path):
    measured(tmp_path, FORKING)
    never = tmp_path / "tree/vaas/never.py"
    never.write_text("a = 1\n")
    parts, _ = counted(tmp_path / "run/counts", [str(never)])
    assert [(part.taken, part.all) for part in parts if part.name.endswith("never.py")] == [(0, 1)]


def test_a_forked_process_that_is_killed_is_told_of(tmp_path: Path):
    assert measured(tmp_path, ENDLESS)[1] == 1


def test_the_run_s_folder_is_gone_however_it_ends():
    run = temporary()
    folder = run.__enter__()
    assert (folder / "counts").is_dir()
    run.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not folder.exists()


def test_a_package_is_the_sum_of_its_files():
    assert joined("a", [Part("a/b", 1, 2), Part("a/c", 2, 2)]) == Part("a", 3, 4)


def test_files_below_ninety_per_cent_are_named_beneath_their_package():
    shown = table([Part("vaas/core/a.py", 9, 10), Part("vaas/core/b.py", 8, 10)])
    assert [line.split()[0] for line in shown[1:]] == ["vaas.core", "vaas/core/b.py", "all"]


def test_below_the_floor_is_a_failure_and_said(capsys: pytest.CaptureFixture[str]):
    assert below([Part("a", 8, 10)], 80.5)
    assert "floor of 80.5 %" in capsys.readouterr().err
    assert not below([Part("a", 8, 10)], 80.0)


def test_there_is_a_floor():
    assert floor() > 0


def test_make_coverage_prints_its_table_and_leaves_nothing(tmp_path: Path):
    (tmp_path / "t").mkdir()
    environ = {**os.environ, "TMPDIR": str(tmp_path / "t")}
    command = [sys.executable, "-m", "scripts.measure", "tests/core/wire/test_codec.py", "-p", "no:cacheprovider"]
    before = subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True).stdout
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "vaas.core.wire " in done.stdout
    assert [path.name for path in (tmp_path / "t").iterdir() if path.name.startswith("coverage-")] == []
    assert subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True).stdout == before
