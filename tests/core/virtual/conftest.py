"""An app from a few strings, in a machine of its own, closed after the test."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from vaas.core.policy import Permissions, Policy
from vaas.core.virtual.machine import Machine

Lines = list[tuple[str, str, str]]


class Apps:
    """``apps({"app.py": "..."})`` writes a folder and gives a machine for it; ``apps.lines`` is what apps printed."""

    def __init__(self, tmp_path: Path) -> None:
        self.tmp_path = tmp_path
        self.lines: Lines = []
        self.machines: list[Machine] = []

    def folder(self, files: dict[str, str]) -> Path:
        folder = self.tmp_path / f"app{len(list(self.tmp_path.iterdir()))}"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(dedent(text))
        return folder

    def __call__(
        self,
        files: dict[str, str] | str,
        *,
        code: Any = "trusted",
        modules_granted: tuple[str, ...] = (),
        **options: Any,
    ) -> Machine:
        folder = self.folder({"app.py": files} if isinstance(files, str) else files)
        for name in ("data", "tmp"):
            place = self.tmp_path / f"{name}-{folder.name}"
            place.mkdir()
            options.setdefault(name, place)
        options.setdefault("policy", Policy(code=code, permissions=Permissions(modules=modules_granted)))
        options.setdefault("console", lambda *line: self.lines.append(line))
        self.machines.append(Machine(folder, **options))
        return self.machines[-1]


@pytest.fixture
def apps(tmp_path: Path) -> Iterator[Apps]:
    made = Apps(tmp_path)
    yield made
    for machine in made.machines:
        machine.close()
    linecache.clearcache()  # a process has one app, and here several have an /app/app.py, one after the other


@pytest.fixture(params=["trusted", "restricted"])
def code(request: pytest.FixtureRequest) -> str:
    """Both ways to run app code: what a test asserts with it holds in each."""
    return str(request.param)


Make = Callable[..., Machine]
