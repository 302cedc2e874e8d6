from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
import vaas_cli.commands
from vaas_cli.main import VERBS, main

ALL = [name for verbs in VERBS.values() for name in verbs]
READING = ["apps", "show", "releases", "traffic", "settings", "domains", "tokens", "logs", "status", "nodes", "whoami",
           "check", "modules"]  # fmt: skip
HEAVY = ["rich", "httpx", "asyncio", "msgspec", "uvicorn", "starlette", "watchfiles", "RestrictedPython", "zipfile"]


def imported_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nimport json; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def command(name: str) -> click.Command:
    found = importlib.import_module(f"vaas_cli.commands.{name}").command
    assert isinstance(found, click.Command)
    return found


def test_every_verb_of_the_product_is_there():
    folder = Path(vaas_cli.commands.__file__).parent
    assert sorted(ALL) == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    product = "init dev check platform login logout whoami deploy apps show releases rollback traffic settings domains"
    assert set(f"{product} tokens grant call logs status nodes rm".split()) <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_every_verb_has_help_with_an_example_of_itself(alone, name):
    result = alone(name, "--help")
    assert result.exit_code == 0
    assert f"Example:\n    vaas {name}" in result.stdout


@pytest.mark.parametrize("name", READING)
def test_every_verb_that_reads_can_answer_with_json(name):
    assert any("--json" in parameter.opts for parameter in command(name).params)


def test_help_names_every_verb_with_what_it_does(alone):
    shown = alone("--help").stdout
    assert all(f"  {name:<8}  {line}" in shown for verbs in VERBS.values() for name, line in verbs.items())


def test_the_version_is_told(alone):
    assert alone("--version").stdout.startswith("vaas ")


def test_a_misspelled_verb_is_a_usage_error_with_the_nearest_right_one(alone):
    result = alone("deplo")
    assert result.exit_code == 2
    assert "There is no command `deplo` (did you mean `deploy`?)" in result.stderr


def test_an_unknown_option_is_a_usage_error(alone):
    assert alone("apps", "--jsn").exit_code == 2


def test_help_imports_nothing_that_is_slow():
    loaded = imported_by("from click.testing import CliRunner\nfrom vaas_cli.main import main\n")
    assert not loaded & {*HEAVY, "http.client", "vaas_cli.client"}


def test_a_verb_that_asks_the_platform_imports_nothing_that_is_slow():
    assert not imported_by(
        "import vaas_cli.main, vaas_cli.commands.whoami, vaas_cli.commands.logs, vaas_cli.commands.show"
    ) & set(HEAVY)


def test_deploy_starts_no_engine_and_draws_no_tables():
    loaded = imported_by("import vaas_cli.main, vaas_cli.commands.deploy")
    assert not loaded & {
        "rich",
        "httpx",
        "uvicorn",
        "starlette",
        "watchfiles",
        "asyncio",
        "vaas.platform.node.bootstrap",
    }


def test_an_interrupt_ends_quietly_with_130(alone, monkeypatch):
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vaas_cli.commands.apps.connect", interrupted)
    result = alone("apps")
    assert (result.exit_code, result.output) == (130, "")


def test_an_interrupted_question_ends_quietly_with_130(vaas, monkeypatch):
    def interrupted(*args: object) -> None:
        raise click.Abort

    monkeypatch.setattr("vaas_cli.commands.apps.connect", interrupted)
    assert vaas("apps").exit_code == 130


def test_a_platform_that_is_not_there_is_one_line_on_standard_error_and_exit_code_1(alone, monkeypatch):
    monkeypatch.setenv("VAAS_PLATFORM", "http://127.0.0.1:1")
    result = alone("apps")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: No platform answers at http://127.0.0.1:1: connection refused.")
    assert result.stderr.count("\n") == 1


def test_what_the_platform_refuses_is_said_in_its_own_words(vaas, api):
    api.refuse("GET", "/apps/shp", 404, "There is no app shp here (did you mean shop?)")
    result = vaas("show", "shp")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "error: There is no app shp here (did you mean shop?)\n"


def test_a_pipe_that_closes_early_is_no_traceback(api):
    """``vaas apps | head -1``."""
    api.on("GET", "/apps", [])
    script = f"{sys.executable} -m vaas_cli.main apps --json | true"
    environ = {"VAAS_PLATFORM": api.url, "VAAS_TOKEN": "x", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, env=environ)
    assert "Traceback" not in done.stderr


def test_the_group_is_what_the_installed_command_runs():
    assert isinstance(main, click.Group)
