"""What is made in the data folder is its owner's alone, whatever the umask, and what was open is closed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from vaas.platform.store import private
from vaas.platform.store.disk_errors import WAY


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_the_umask_decides_nothing(tmp_path: Path) -> None:
    private.folder(tmp_path / "way" / "on", 0o711)
    private.folder(tmp_path / "own")
    private.write(tmp_path / "file", b"x")
    open(tmp_path / "log", "ab", opener=private.opener).close()
    made = {name: mode(tmp_path / name) for name in ("way", "way/on", "own", "file", "log")}
    assert made == {"way": 0o711, "way/on": 0o711, "own": 0o700, "file": 0o600, "log": 0o600}


def test_a_file_that_is_found_open_is_closed_when_it_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text("a")
    file.chmod(0o644)
    with open(file, "ab", opener=private.opener) as stream:
        stream.write(b"b")
    assert (mode(file), file.read_text()) == (0o600, "ab")


def test_a_file_is_written_as_a_whole_and_leaves_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "uids.json"
    file.write_text("before")
    file.chmod(0o666)
    private.write(file, b"after")
    assert (mode(file), file.read_bytes(), os.listdir(tmp_path)) == (0o600, b"after", ["uids.json"])


def test_a_folder_that_is_there_gets_its_mode_and_those_above_it_keep_theirs(tmp_path: Path) -> None:
    (tmp_path / "theirs" / "ours").mkdir(parents=True)
    (tmp_path / "theirs").chmod(0o755)
    (tmp_path / "theirs" / "ours").chmod(0o777)
    private.folder(tmp_path / "theirs" / "ours", WAY)
    assert (mode(tmp_path / "theirs"), mode(tmp_path / "theirs" / "ours")) == (0o755, WAY)
    private.make(tmp_path / "theirs" / "ours")
    assert mode(tmp_path / "theirs" / "ours") == WAY


def test_a_file_in_the_place_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        private.folder(tmp_path / "file")


def test_a_tree_is_closed_and_what_its_links_lead_to_is_not_touched(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("x")
    outside.chmod(0o644)
    tree = tmp_path / "logs" / "shop"
    tree.mkdir(parents=True)
    (tree / "1.jsonl").write_text("x")
    (tree / "link").symlink_to(outside)
    for path in (tmp_path / "logs", tree, tree / "1.jsonl"):
        path.chmod(0o777)
    private.close_to_others([tmp_path / "logs", tmp_path / "not there"])
    assert [mode(path) for path in (tmp_path / "logs", tree, tree / "1.jsonl", outside)] == [0o700, 0o700, 0o600, 0o644]
