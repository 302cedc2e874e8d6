"""What an installation gives: two packages, one command, and `python -m vaas`."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.docs.pages import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_a_wheel_takes_no_name_but_its_own():
    packages = [ROOT / path for path in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]]
    assert {package.name for package in packages} == {"vaas", "vaas_cli"}
    assert all((package / "py.typed").exists() for package in packages)


def test_its_command_is_there():
    for target in PROJECT["project"]["scripts"].values():
        module, _, function = target.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_the_package_runs_as_the_command_does(tmp_path: Path):
    script = [str(Path(sys.executable).with_name("vaas"))]
    said = [
        subprocess.run([*command, "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True)
        for command in (script, [sys.executable, "-m", "vaas"])
    ]
    assert said[0].stdout.replace("vaas [OPTIONS]", "python -m vaas [OPTIONS]") == said[1].stdout
