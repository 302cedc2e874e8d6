"""What the command line's tests share: a fake platform, and ``vaas``, which runs a command against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from vaas_cli.main import main

from tests.cli.fake_platform import FakePlatform, running

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's machine without anything on it: nothing of who runs the tests is read or written."""
    for name in ("VAAS_PLATFORM", "VAAS_TOKEN", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    return home


@pytest.fixture
def api() -> Iterator[FakePlatform]:
    with running(FakePlatform()) as fake:
        yield fake


@pytest.fixture
def vaas(api: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command as a person who is logged in to the fake platform."""
    monkeypatch.setenv("VAAS_PLATFORM", api.url)
    monkeypatch.setenv("VAAS_TOKEN", "vaas_aa_secret")
    return run


def run(*args: object, stdin: str = "") -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an app, which a person is in."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "vaas.toml").write_text('name = "shop"\n')
    (folder / "app.py").write_text("import vaas\n\n\n@vaas.app\nclass Shop:\n    pass\n")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def alone() -> Run:
    """Runs a command without any platform."""
    return run
