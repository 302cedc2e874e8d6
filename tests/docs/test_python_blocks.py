"""Every Python block in the documentation runs: apps in a restricted machine, their tests as tests, scripts too."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from vaas_cli.project import checked

from tests.docs.pages import PAGES, ROOT, Block, blocks
from vaas.core.spec import HostSpec
from vaas.core.virtual.machine import Machine
from vaas.framework.serving.service import app_modules, open_service

PYTHON = [(page, block) for page in PAGES for block in blocks(page, "python")]
APPS = [(page, block) for page, block in PYTHON if "@vaas.app" in block.text]
TESTS = [(page, block) for page, block in PYTHON if "def test_" in block.text]
SCRIPTS = [each for each in PYTHON if each not in APPS and each not in TESTS]


def name(value: object) -> str:
    return value.name if isinstance(value, Path) else f"line {value.line}" if isinstance(value, Block) else ""


def module_of(block: Block, title: str) -> ModuleType:
    module = ModuleType(title)
    exec(compile(block.text, f"{title} at line {block.line}", "exec", dont_inherit=True), vars(module))  # noqa: S102
    return module


@pytest.mark.parametrize(("page", "block"), APPS, ids=name)
def test_an_app_passes_check_and_opens_in_a_restricted_machine(page: Path, block: Block, tmp_path: Path):
    (tmp_path / "vaas.toml").write_text('name = "shown"')
    (tmp_path / "app.py").write_text(block.text)
    checked(tmp_path)
    machine = Machine(tmp_path, modules=app_modules())
    spec = HostSpec(app="shown", release="v1", folder=str(tmp_path), data="", tmp="")
    try:
        asyncio.run(live(open_service(machine, spec)))
    finally:
        machine.close()


async def live(service: Any) -> None:
    await service.start()
    await service.stop()


@pytest.mark.parametrize(("page", "block"), TESTS, ids=name)
def test_a_test_holds_for_the_app_above_it(page: Path, block: Block, monkeypatch: pytest.MonkeyPatch):
    app = max((each for where, each in APPS if where == page and each.line < block.line), key=lambda each: each.line)
    monkeypatch.setitem(sys.modules, "app", module := ModuleType("app"))
    exec(compile(app.text, "app.py", "exec", dont_inherit=True), vars(module))  # noqa: S102
    tests = {each: test for each, test in vars(module_of(block, "shown")).items() if each.startswith("test_")}
    assert tests
    for test in tests.values():
        test()


@pytest.mark.parametrize(("page", "block"), SCRIPTS, ids=name)
def test_a_script_runs_in_a_checkout(page: Path, block: Block, monkeypatch: pytest.MonkeyPatch, capsys: Any):
    monkeypatch.chdir(ROOT)
    module_of(block, "shown")
    promised = re.findall(r"print\(.*\)  # (.*)", block.text)
    assert capsys.readouterr().out.splitlines()[-len(promised) :] == promised


def test_there_are_blocks_of_each_kind():
    assert len(APPS) >= 7
    assert len(TESTS) >= 6
    assert SCRIPTS
