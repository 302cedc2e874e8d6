"""`make test`'s script: both parts count, and what a test leaves behind fails the run by name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
WORDS = ["-n", "0", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
RUN = f"import sys, test as it; it.PATIENCE, it.PLACES = 0.5, (); sys.exit(it.main({WORDS}))"
"""Without the places that all share: what runs beside this test may leave something there for a moment."""


def run(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """All tests of a folder with this one file, by the script."""
    (folder / "test_it.py").write_text(dedent(text))
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = alone\n")
    environ = {**os.environ, "PYTHONPATH": str(SCRIPTS), "TMPDIR": str(folder)}
    command = [sys.executable, "-c", RUN]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=120)


def test_what_needs_the_machine_alone_runs_after_the_others(tmp_path: Path) -> None:
    text = """
        import pathlib, pytest
        @pytest.mark.alone
        def test_a(): pathlib.Path("order").open("a").write("alone")
        def test_b(): pathlib.Path("order").open("a").write("others, ")
        """
    done = run(tmp_path, text)
    assert (done.returncode, done.stdout.count("1 passed")) == (0, 2), done
    assert (tmp_path / "order").read_text() == "others, alone"
    assert not list(tmp_path.glob("vaas-*"))


def test_a_failure_of_either_part_fails_the_run(tmp_path: Path) -> None:
    for alone, others in ((True, False), (False, True)):
        text = f"""
            import pytest
            @pytest.mark.alone
            def test_a(): assert {alone}
            def test_b(): assert {others}
            """
        done = run(tmp_path, text)
        assert done.returncode == 1
        assert "1 passed" in done.stdout
        assert "1 failed" in done.stdout


def test_a_process_that_is_left_behind_fails_the_run_by_name_and_is_ended(tmp_path: Path) -> None:
    text = """
        import subprocess
        def test_a(): subprocess.run("setsid sleep 1000 &", shell=True)
        """
    done = run(tmp_path, text)
    assert done.returncode == 1
    [pid] = re.findall(r"left behind: process (\d+), sleep 1000", done.stderr)
    assert not Path(f"/proc/{pid}").exists()


def test_a_file_that_is_left_behind_fails_the_run_by_name(tmp_path: Path) -> None:
    text = """
        import tempfile
        def test_a(): tempfile.mkstemp("was-here")
        """
    done = run(tmp_path, text)
    assert done.returncode == 1
    assert re.search(r"left behind: \S+was-here", done.stderr)


def test_no_test_at_all_is_no_success(tmp_path: Path) -> None:
    assert run(tmp_path, "").returncode != 0
