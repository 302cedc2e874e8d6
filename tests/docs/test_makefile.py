"""The Makefile: the addresses it passes on, the Pythons it takes, and that it leaves no half environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT


def make(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *words], cwd=ROOT, capture_output=True, text=True, timeout=120)


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_make_run_takes_other_addresses_and_another_folder():
    shown = make("-n", "run", "LISTEN=127.0.0.1:18080", "CONSOLE=127.0.0.1:19080", "DATA=elsewhere").stdout
    assert "--data elsewhere --listen 127.0.0.1:18080 --console 127.0.0.1:19080" in shown


def test_a_python_that_is_new_enough_makes_an_environment(tmp_path: Path):
    venv = tmp_path / "venv"
    this = script(tmp_path / "this", f'[ "$2" != venv ] || set -- "$@" --without-pip\nexec {sys.executable} "$@"')
    made = make(f"{venv}/bin/python", f"VENV={venv}", f"PYTHON={this}")  # pip takes seconds, and is pip's own affair
    assert made.returncode == 0, made.stderr
    assert (venv / "bin/python").exists()


def test_an_old_python_is_refused_with_the_way_out(tmp_path: Path):
    old = script(
        tmp_path / "old", f"""exec {sys.executable} -c "import sys; sys.version_info = (3, 10); exec('''$2''')" """
    )
    venv = tmp_path / "venv"
    refused = make(f"{venv}/bin/python", f"VENV={venv}", f"PYTHON={old}")
    assert refused.returncode != 0
    assert "make run PYTHON=" in refused.stderr
    assert not venv.exists()


def test_an_environment_that_cannot_be_finished_is_taken_away(tmp_path: Path):
    venv = tmp_path / "venv"
    broken = script(
        tmp_path / "broken", f'[ "$1" = -c ] || {{ mkdir -p {venv}/bin; touch {venv}/bin/python; exit 1; }}'
    )
    assert make(f"{venv}/bin/python", f"VENV={venv}", f"PYTHON={broken}").returncode != 0
    assert not venv.exists()
