"""``init`` and ``check``: folders on this machine, no platform."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaas_cli.scaffold import app_name, files

from vaas.platform.bundle_format.build_layer import Layer
from vaas.platform.bundle_format.pack import pack
from vaas.platform.manifest.reader import read_manifest


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("shop", "shop"),
        ("My Shop!", "my-shop"),
        ("2024", "app-2024"),
        ("__", "app"),
        ("été", "ete"),
        ("a" * 80, "a" * 63),
    ],
)
def test_the_name_is_the_folders_made_to_fit(folder, name):
    assert app_name(folder) == name


@given(st.text())
def test_any_folder_gives_a_name_that_an_app_can_have(text):
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,62}", app_name(text))


@given(st.from_regex(r"[a-z][a-z0-9-]{0,62}", fullmatch=True))
def test_any_name_gives_a_project_that_is_python(name):
    written = files(name)
    ast.parse(written["app.py"])
    ast.parse(written["tests/test_app.py"])
    assert read_manifest({"vaas.toml": written["vaas.toml"].encode()}).manifest.name == name


def test_a_new_project_has_nothing_wrong_and_can_be_packed(alone, here):
    assert alone("init", "shop").exit_code == 0
    looked_at = (
        "manifest, entry, syntax, imports, routes, names that are left out, and what restricted code may not say"
    )
    assert alone("check", "shop").stdout == f"Nothing wrong in shop: {looked_at}; nothing was run.\n"
    assert pack(here / "shop").files == ("app.py", "vaas.toml")


def test_the_tests_of_a_new_project_pass_by_plain_pytest(alone, here):
    alone("init", "shop")
    command = [Path(sys.executable).with_name("pytest"), "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=here / "shop", capture_output=True, text=True)
    assert "3 passed" in done.stdout, done.stdout


def test_what_comes_next_is_said_as_it_can_be_typed(alone, here):
    said = alone("init", "My Shop").stdout
    assert "  cd 'My Shop'\n" in said
    assert "  vaas dev" in said
    assert "http://127.0.0.1:8080/my-shop/" in said


def test_a_project_can_be_made_in_this_folder_beside_what_is_there(alone, here):
    (here / "notes.txt").write_text("mine")
    result = alone("init")
    assert (result.exit_code, "cd " in result.stdout) == (0, False)
    assert (here / "app.py").exists()


def test_nothing_is_overwritten_and_nothing_written_beside_it(alone, here):
    (here / "app.py").write_text("mine")
    result = alone("init")
    assert (result.exit_code, "has app.py already" in result.stderr) == (1, True)
    assert os.listdir(here) == ["app.py"]
    assert (here / "app.py").read_text() == "mine"


def test_a_dangling_link_in_the_way_is_not_written_through(alone, here, tmp_path):
    (here / "README.md").symlink_to(tmp_path / "elsewhere")
    assert alone("init").exit_code == 1
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_in_the_place_of_the_folder_is_an_error_that_names_it(alone, here):
    (here / "shop").write_text("")
    result = alone("init", "shop")
    assert (result.exit_code, "shop" in result.stderr) == (1, True)


# --- check


@pytest.fixture
def shop(alone, here) -> Path:
    alone("init", "shop")
    return here / "shop"


def test_every_violation_is_told_with_file_line_rule_reason_and_remedy(alone, shop):
    (shop / "bad.py").write_text("import httpx\n\nprint(eval('1'))\n")
    result = alone("check", "shop")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[0].startswith("shop/bad.py:1: denied-import: httpx")
    assert '[permissions] modules = ["httpx"]' in lines[0]
    assert lines[1].startswith("shop/bad.py:3: ")
    assert all(len(line.split(": ", 3)) == 4 for line in lines)


def test_the_app_is_named_and_not_its_folder_where_all_is_well(alone, shop, monkeypatch):
    monkeypatch.chdir(shop)
    (shop / "vaas.toml").write_text('name = "shop"\ncode = "trusted"\n')
    assert (
        alone("check").stdout == "Nothing wrong in shop: manifest, entry, syntax, imports, routes; nothing was run.\n"
    )


def test_an_entry_that_is_not_there_is_told_with_its_line(alone, shop):
    (shop / "vaas.toml").write_text('name = "shop"\nentry = "app:Gone"\n')
    assert alone("check", "shop").stdout.startswith("shop/vaas.toml:2: entry: app.py defines no 'Gone': ")
    (shop / "vaas.toml").unlink()
    (shop / "pyproject.toml").write_text('[tool.vaas]\nname = "shop"\n\nentry = "gone:app"\n')
    assert alone("check", "shop").stdout.startswith("shop/pyproject.toml:4: entry: the app has no module 'gone'")


def test_a_route_that_an_override_loses_is_told(alone, shop):
    text = "import vaas\nclass Base:\n    @vaas.get\n    async def hi(self): ...\n@vaas.app\nclass Shop(Base):\n"
    (shop / "app.py").write_text(f"{text}    async def hi(self): ...\n")
    result = alone("check", "shop")
    assert result.exit_code == 1
    assert result.stdout.startswith("shop/app.py:7: lost-route: Shop.hi overrides Base.hi and has no decorator")
    (shop / "app.py").write_text(f"{text}    hi = None\n")
    assert alone("check", "shop").exit_code == 0


def test_a_syntax_error_is_told_with_its_line(alone, shop):
    (shop / "bad.py").write_text("x = 1\ndef f(:\n")
    assert alone("check", "shop").stdout.startswith("shop/bad.py:2: syntax: ")


def test_nothing_of_the_app_is_run(alone, shop):
    (shop / "evil.py").write_text("open('/tmp/vaas-was-here', 'w')\nraise SystemExit(3)\n")
    assert alone("check", "shop").exit_code == 0
    assert not Path("/tmp/vaas-was-here").exists()


def test_files_that_do_not_go_into_the_bundle_may_say_what_they_like(alone, shop):
    (shop / "tests" / "odd.py").write_text("import subprocess, ctypes\nexec('1')\n")
    (shop / "venv").mkdir()
    (shop / "venv" / "pyvenv.cfg").write_text("")
    (shop / "venv" / "lib.py").write_text("def f(:")
    assert alone("check", "shop").exit_code == 0


def test_trusted_code_may_say_more_but_not_import_more(alone, shop):
    (shop / "vaas.toml").write_text('name = "shop"\ncode = "trusted"\n')
    (shop / "odd.py").write_text("import httpx\nexec('1')\n")
    assert alone("check", "shop").stdout.count("\n") == 1


def test_a_module_that_is_asked_for_is_no_violation(alone, shop):
    (shop / "vaas.toml").write_text('name = "shop"\n[permissions]\nmodules = ["httpx"]\n')
    (shop / "more.py").write_text("import httpx\n")
    assert alone("check", "shop").exit_code == 0


def test_what_is_wrong_with_the_manifest_is_told_with_line_and_nearest_key(alone, shop):
    (shop / "vaas.toml").write_text('name = "shop"\n[limits]\ntimout = "5s"\nmemory = "much"\n')
    lines = alone("check", "shop").stdout.splitlines()
    assert lines[0].startswith("shop/vaas.toml:3: [limits] timout: unknown key")
    assert "timeout" in lines[0]
    assert lines[1].startswith("shop/vaas.toml:4: [limits] memory")


def test_violations_as_json_have_a_field_for_each_part(alone, shop):
    (shop / "bad.py").write_text("import httpx\n")
    found = json.loads(alone("check", "shop", "--json").stdout)
    assert [set(each) for each in found] == [{"folder", "file", "line", "rule", "why", "remedy"}]
    assert (found[0]["folder"], found[0]["file"], found[0]["line"]) == ("shop", "bad.py", 1)


def test_no_violations_as_json_are_an_empty_list(alone, shop):
    result = alone("check", "shop", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_several_apps_are_checked_and_all_of_their_mistakes_told(alone, here, shop):
    alone("init", "billing")
    (shop / "bad.py").write_text("import httpx\n")
    (here / "billing" / "bad.py").write_text("import numpy\n")
    found = alone("check", "shop", "billing").stdout
    assert "shop/bad.py:1" in found
    assert "billing/bad.py:1" in found


def test_two_apps_of_one_name_are_an_error(alone, here, shop):
    shutil.copytree(shop, here / "copy")
    result = alone("check", "shop", "copy")
    assert (result.exit_code, "Both shop and copy name their app shop" in result.stderr) == (1, True)


def test_a_folder_that_is_not_there_is_an_error_with_a_remedy(alone, here):
    result = alone("check", "nowhere")
    assert (result.exit_code, "There is no folder nowhere" in result.stderr) == (1, True)


def test_a_folder_that_is_no_app_is_told_so(alone, here):
    result = alone("check")
    assert (result.exit_code, "vaas init" in result.stdout) == (1, True)


def test_modules_of_the_apps_dependencies_are_no_violation(alone, shop, monkeypatch):
    (shop / "requirements.txt").write_text("some-thing==1\n")
    (shop / "more.py").write_text("import something\nimport single\nimport other\n")
    layer = Layer("0" * 64, 1, shop, frozenset(("something", "single")), "some-thing==1\n")
    monkeypatch.setattr("vaas.platform.bundle_format.build_layer.layer_of", lambda folder, requirements: layer)
    lines = alone("check", "shop").stdout.splitlines()
    assert [line.split(": ")[2] for line in lines] == ["other"]
