"""``shutil`` of restricted code does what Python's does with the app's own files, and says the same of what fails."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tests.core.virtual.stdlib.facades.plainly import plainly, restricted

COPIES = """
shutil.copyfile(f"{TOP}/a.txt", f"{TOP}/z.txt")
shutil.copyfile(f"{TOP}/a.txt", f"{TOP}/sub/../a.txt")
shutil.copyfile(f"{TOP}/a.txt", f"{TOP}/sub")
shutil.copy(f"{TOP}/a.txt", f"{TOP}/sub")
shutil.copy(Path(TOP, "a.txt"), Path(TOP, "z.txt"))
shutil.copy(f"{TOP}/none", f"{TOP}/sub")
shutil.copytree(f"{TOP}/sub", f"{TOP}/new")
shutil.copytree(f"{TOP}/sub", f"{TOP}/new/er")
shutil.copytree(f"{TOP}/none", f"{TOP}/new")
shutil.copytree(f"{TOP}/sub/deep", f"{TOP}/sub")
shutil.copytree(f"{TOP}/sub/deep", f"{TOP}/sub", dirs_exist_ok=True)
shutil.copytree(f"{TOP}/sub", f"{TOP}/new", ignore=shutil.ignore_patterns("*.md"))
shutil.copytree(f"{TOP}/sub", f"{TOP}/new", copy_function=lambda one, other: Path(other).write_text("mine"))
"""
MOVES = """
shutil.move(f"{TOP}/a.txt", f"{TOP}/z.txt")
shutil.move(f"{TOP}/a.txt", f"{TOP}/sub")
shutil.move(Path(TOP, "sub/deep"), TOP)
shutil.move(f"{TOP}/sub/deep/", TOP)
shutil.move(f"{TOP}/none", f"{TOP}/z.txt")
shutil.rmtree(f"{TOP}/sub")
shutil.rmtree(f"{TOP}/none")
shutil.rmtree(f"{TOP}/none", ignore_errors=True)
shutil.rmtree(f"{TOP}/a.txt", ignore_errors=True)
"""


@pytest.mark.parametrize("text", [*COPIES.strip().splitlines(), *MOVES.strip().splitlines()])
def test_files_and_trees_are_copied_moved_and_removed_as_in_plain_python(apps: Any, tmp_path: Path, text: str) -> None:
    assert restricted(apps, f"it = {text}") == plainly(tmp_path / "plain", f"it = {text}")


STEPS = {
    "a copy has the time of its original": """
os.utime(f"{TOP}/a.txt", ns=(10**18, 2 * 10**18))
it = os.stat(shutil.copy2(f"{TOP}/a.txt", f"{TOP}/z.txt")).st_mtime_ns""",
    "a move into a folder that has such a file is refused": """
Path(TOP, "sub/a.txt").write_text("other")
it = shutil.move(f"{TOP}/a.txt", f"{TOP}/sub")""",
    "each file of a tree that could not be copied is told of": """
def copy(one, other):
    raise OSError("no luck")
try:
    shutil.copytree(f"{TOP}/sub", f"{TOP}/new", copy_function=copy)
except shutil.Error as error:
    it = sorted(error.args[0])""",
    "what could not be removed is told of": """
it = []
shutil.rmtree(f"{TOP}/none", onerror=lambda function, path, info: it.append((path, info[0].__name__)))""",
}


@pytest.mark.parametrize("text", STEPS.values(), ids=STEPS.keys())
def test_steps_come_to_the_same_as_in_plain_python(apps: Any, tmp_path: Path, text: str) -> None:
    assert restricted(apps, text.strip()) == plainly(tmp_path / "plain", text.strip())


ACROSS = """
import os, shutil
from pathlib import Path
Path("/data/tree/deep").mkdir(parents=True)
Path("/data/one").write_text("1")
Path("/data/tree/deep/two").write_text("2")
shutil.move("/data/one", "/tmp/one")
shutil.move("/data/tree", "/tmp/tree")
LEFT, COME = os.listdir("/data"), sorted(os.listdir("/tmp"))
TEXT = Path("/tmp/one").read_text(), Path("/tmp/tree/deep/two").read_text()
"""


def test_a_move_to_another_disk_is_a_copy_and_a_removal(apps: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "rename", fail)
    machine = apps(ACROSS, code="restricted")
    assert machine.resolve("app:LEFT") == []
    assert machine.resolve("app:COME") == ["one", "tree"]
    assert machine.resolve("app:TEXT") == ("1", "2")


def test_an_app_sees_how_full_its_disk_is(apps: Any) -> None:
    machine = apps('import shutil\nUSED = shutil.disk_usage("/data")', code="restricted")
    assert machine.resolve("app:USED").total > 0


def test_a_tree_is_not_removed_through_a_link_to_it(apps: Any) -> None:
    text = 'import shutil\ntry:\n    shutil.rmtree("/data/link")\nexcept OSError as error:\n    SAID = str(error)'
    machine = apps(text, code="restricted")
    data = Path(machine.paths.mounts[1].real)
    (data / "tree").mkdir()
    (data / "link").symlink_to("tree")
    assert "symbolic link" in machine.resolve("app:SAID")
    assert sorted(os.listdir(data)) == ["link", "tree"]
