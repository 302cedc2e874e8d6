"""What ``vaas dev`` takes of a developer's folder, and which of its files it looks at."""

from __future__ import annotations

from pathlib import Path

import pytest
from vaas_cli.local_folders import EnvFileInvalid, LocalFolders, NoPlaceForData, env_of
from vaas_cli.watching import Watched


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "vaas.toml").write_text('name = "shop"\nexclude = ["tests"]\n')
    return folder


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1\n# B=2\n\nC = 3", {"A": "1", "C": "3"}),
        ("export A=1", {"A": "1"}),
        ("A='x # y'  # a comment\nB=\"two\\nlines\"", {"A": "x # y", "B": "two\nlines"}),
        ("A=1\nB=${A}2", {"A": "1", "B": "12"}),
        ("\ufeffA=é", {"A": "é"}),
        ("A=\nB", {"A": ""}),
        ("VAAS_TOKEN=t\nA=1", {"A": "1"}),
    ],
)
def test_an_env_file_means_what_it_means_elsewhere(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    assert env_of(tmp_path / ".env") == expected


def test_no_env_file_is_no_variable(tmp_path: Path) -> None:
    assert env_of(tmp_path / ".env") == {}


def test_an_env_file_that_is_no_text_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff")
    with pytest.raises(EnvFileInvalid, match=r"\.env: it cannot be read"):
        env_of(tmp_path / ".env")


def test_an_apps_data_lies_in_its_folder_which_git_passes_by(shop: Path) -> None:
    local = LocalFolders()
    assert local("shop") is None
    local.read("shop", shop)
    found = local("shop")
    assert found is not None
    assert found.data == shop / ".vaas" / "data"
    assert (shop / ".vaas" / ".gitignore").read_text() == "*\n"


def test_what_is_in_the_way_of_the_data_is_named(shop: Path) -> None:
    (shop / ".vaas").touch()
    with pytest.raises(NoPlaceForData, match=r"\.vaas cannot be made: "):
        LocalFolders().read("shop", shop)


def test_only_a_change_of_what_was_read_before_is_news(shop: Path) -> None:
    local = LocalFolders()
    assert not local.read("shop", shop)
    (shop / ".env").write_text("A=1")
    assert local.read("shop", shop)
    assert not local.read("shop", shop)


@pytest.mark.parametrize(
    ("name", "matters"),
    [
        *[(name, True) for name in ("app.py", "vaas.toml", "requirements.txt", ".env", "src/page.html", "tests/t.py")],
        *[
            (name, False)
            for name in ("app.log", "x.db", "x.db-journal", ".vaas/data/n", "__pycache__/a.pyc", ".#app.py")
        ],
        *[(name, False) for name in (".git/index", ".venv/lib/x.py", ".app.py.swp", "app.py~")],
    ],
)
def test_a_reload_needs_a_file_that_could_be_in_the_bundle_or_the_environment(
    shop: Path, name: str, matters: bool
) -> None:
    assert Watched([shop])(1, str(shop / name)) is matters
    assert not Watched([shop])(1, str(shop.parent / name))


def test_while_the_manifest_is_broken_the_last_one_counts(shop: Path) -> None:
    watched = Watched([shop])
    assert not watched(1, str(shop / "x.log"))
    (shop / "vaas.toml").write_text("name = ")
    assert not watched(1, str(shop / "x.log"))
    assert watched(1, str(shop / "vaas.toml"))
