"""Runs a few lines as restricted code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from vaas.core.policy import Permissions, Policy
from vaas.core.virtual.machine import Machine

Run = Callable[..., ModuleType]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """``run(text)``: the module that this restricted code makes."""
    machines: list[Machine] = []

    def run_text(text: str, *, modules: tuple[str, ...] = (), given: Any = None, **options: Any) -> ModuleType:
        folder = tmp_path / f"app{len(machines)}"
        folder.mkdir()
        (folder / "app.py").write_text(dedent(text))
        policy = Policy(permissions=Permissions(modules=modules))
        machines.append(Machine(folder, policy=policy, console=lambda *line: None, modules=given, **options))
        machines[-1].bind()
        return machines[-1].load("app")

    yield run_text
    for machine in machines:
        machine.close()
