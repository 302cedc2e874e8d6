"""Where programs that an app starts find its modules and packages."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from vaas.core.host.python_children import import_path, prepare_for_children
from vaas.core.policy import Permissions, Policy
from vaas.core.spec import HostSpec
from vaas.core.virtual.thread_binding import real_modules


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With the process's main module and environment put back after the test."""
    (tmp_path / "src").mkdir()
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setitem(real_modules(), "__main__", sys.modules["__main__"])
    monkeypatch.setitem(real_modules(), "vaas.core.host.zygote", sys.modules["__main__"])
    return tmp_path


def spec(folder: Path, code: str, subprocess: bool) -> HostSpec:
    policy = Policy(code=code, permissions=Permissions(subprocess=subprocess))  # type: ignore[arg-type]  # a parameter
    return HostSpec("shop", "v1", str(folder), "", "", policy=policy)


def test_a_program_finds_the_bundle_its_project_s_folder_and_its_packages(bundle: Path):
    prepare_for_children(spec(bundle, "trusted", subprocess=True))
    wanted = [str(bundle), str(bundle / "src"), str(bundle / "_vendor")]
    assert import_path(str(bundle)) == wanted
    assert os.environ["PYTHONPATH"].split(os.pathsep) == wanted


def test_what_the_settings_of_an_app_say_comes_first(bundle: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", "/set")
    prepare_for_children(spec(bundle, "trusted", subprocess=True))
    assert os.environ["PYTHONPATH"] == "/set"


@pytest.mark.parametrize(("code", "subprocess"), [("trusted", False), ("restricted", True)])
def test_no_other_environment_is_changed(bundle: Path, code: str, subprocess: bool):
    prepare_for_children(spec(bundle, code, subprocess))
    assert "PYTHONPATH" not in os.environ


def test_the_main_module_of_an_app_s_process_is_not_the_zygote_s(bundle: Path):
    before = sys.modules["__main__"]
    prepare_for_children(spec(bundle, "trusted", subprocess=True))
    main = real_modules()["__main__"]
    assert main is not before
    assert getattr(main, "__file__", None) is None
