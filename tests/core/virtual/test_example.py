"""The core on its own, from a ten-line script: the example runs as it stands."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[3] / "examples" / "machine.py"


def test_the_core_runs_a_folder_with_policy_environment_modules_and_source_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    runpy.run_path(str(EXAMPLE))["main"]()
    assert capsys.readouterr().out == "greeting Ada\nGood day, Ada! It is noon.\n"


def test_the_example_runs_as_a_script() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.machine"], cwd=EXAMPLE.parents[1], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("It is noon.\n")
