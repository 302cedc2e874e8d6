"""Runs a transcript: each line after ``$`` in one shell, and compares what comes out with what the page shows.

In what is shown, ``…`` within a line stands for anything in it, and a line of ``…`` alone for any lines.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.e2e.running import Running

_MARK = "\x1e"  # a control character that no command prints
_CURL = Path(__file__).with_name("curl.py")


class Step(NamedTuple):
    command: str
    shown: str


def steps(text: str) -> list[Step]:
    _, *parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    return [Step(command, shown) for command, _, shown in (part.partition("\n") for part in parts)]


class Shell:
    """A person's shell, which stays in its folder from block to block."""

    def __init__(self, platform: Running, home: Path) -> None:
        self._platform = platform
        self._folder = home
        tools = home / "bin"
        tools.mkdir()
        if shutil.which("curl") is None:  # Debian has none unless asked: this one is enough for the docs
            (tools / "curl").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{_CURL}" "$@"\n')
            (tools / "curl").chmod(0o755)
        venv = Path(sys.executable).parent
        self._environ = {**platform.environ, "PATH": f"{tools}:{venv}:{platform.environ['PATH']}", "COLUMNS": "200"}

    def run(self, text: str) -> None:
        """Raises ``AssertionError`` for the first command that prints something else."""
        script = "".join(f"printf '{_MARK}'\n{self._here(step.command)}\n" for step in steps(text))
        done = subprocess.run(
            ["bash", "-c", f"exec 2>&1\nalias curl='curl -s'\nshopt -s expand_aliases\n{script}printf '{_MARK}'; pwd"],
            cwd=self._folder, env=self._environ, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        _, *outputs, folder = done.stdout.split(_MARK)
        self._folder = Path(folder.strip())
        for step, output in zip(steps(text), outputs, strict=True):
            printed = self._there(output)
            assert matches(step.shown, printed), f"$ {step.command}\nshown:\n{step.shown}\nprinted:\n{printed}"

    def _here(self, text: str) -> str:
        """A page's addresses to those of this test's platform."""
        return text.replace("http://127.0.0.1:8080", self._platform.gateway).replace(
            "http://127.0.0.1:9080", self._platform.console
        )

    def _there(self, text: str) -> str:
        return text.replace(self._platform.gateway, "http://127.0.0.1:8080").replace(
            self._platform.console, "http://127.0.0.1:9080"
        )


def matches(shown: str, printed: str) -> bool:
    lines = [_pattern(line) for line in shown.strip().splitlines()]
    return (
        re.fullmatch("".join(lines), "".join(f"{_plain(line)}\n" for line in printed.strip().splitlines())) is not None
    )


def _pattern(line: str) -> str:
    if line == "…":
        return r"(?:.*\n)*"
    return r"[^\n]*".join(re.escape(_plain(part)) for part in line.split("…")) + r"\n"


def _plain(line: str) -> str:
    """Columns are as wide as their longest cell, which differs from run to run."""
    return re.sub(r" {2,}", "  ", line).rstrip()
