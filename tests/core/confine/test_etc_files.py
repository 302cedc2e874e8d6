"""The few files of /etc that a host's root has, and how a folder of them is made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vaas.core.confine import etc_files
from vaas.core.confine.plan import USERS


def test_every_app_s_user_has_the_same_name_and_its_own_numbers() -> None:
    files = etc_files.of_user(2_000_001, 2_000_002)
    assert files["passwd"].splitlines()[0] == "app:x:2000001:2000002::/data:/bin/sh"
    assert files["group"] == "app:x:2000002:\n"


def test_root_has_a_line_where_the_app_is_not_root_itself() -> None:
    names = [[row.split(":")[0] for row in etc_files.of_user(uid, 0)["passwd"].splitlines()] for uid in (7, 0)]
    assert names == [["app", "root"], ["app"]]


def test_the_folder_of_a_user_is_in_the_root_that_it_is_for(tmp_path: Path) -> None:
    etc_files.write_user(str(tmp_path), "7", 7, 8)
    place = Path(f"{tmp_path}{USERS}/7")
    assert {it.name: it.read_text() for it in place.iterdir()} == etc_files.of_user(7, 8)


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    etc_files.write(f"{tmp_path}/names", {"hosts": "first"})
    etc_files.write(f"{tmp_path}/names", {"hosts": "second"})
    assert (tmp_path / "names/hosts").read_text() == "first"


def test_of_two_that_make_it_at_once_one_wins_and_the_other_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename

    def late(source: str, to: str) -> None:
        monkeypatch.undo()
        etc_files.write(to, {"hosts": "faster"})
        rename(source, to)

    monkeypatch.setattr(os, "rename", late)
    monkeypatch.setattr(os, "getpid", lambda: 0)
    etc_files.write(f"{tmp_path}/names", {"hosts": "slower"})
    assert [it.name for it in tmp_path.iterdir()] == ["names"]
    assert (tmp_path / "names/hosts").read_text() == "faster"


def test_a_place_that_something_else_has_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "names").write_text("")
    with pytest.raises(OSError, match="names"):
        etc_files.write(f"{tmp_path}/names", {"hosts": ""})
    assert [it.name for it in tmp_path.iterdir()] == ["names"]
