"""A path of restricted code answers as Python's does, for the app's own files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.core.virtual.stdlib.facades.plainly import plainly, restricted

QUESTIONS = """
Path(TOP, "a.txt").read_text()
Path(TOP, "a.txt").read_bytes()
Path(TOP, "none").read_text()
Path(TOP, "sub").read_bytes()
[Path(TOP, name).exists() for name in ("a.txt", "sub", "none")]
[Path(TOP, name).is_file() for name in ("a.txt", "sub", "none")]
[Path(TOP, name).is_dir() for name in ("a.txt", "sub", "none")]
[Path(TOP, name).is_symlink() for name in ("a.txt", "sub", "none")]
Path(TOP, "a.txt").stat().st_size
Path(TOP, "a.txt").lstat().st_size
Path(TOP, "none").stat()
Path(TOP, "sub", "..", "a.txt").resolve()
Path(TOP, "none").resolve()
Path(TOP, "none").resolve(strict=True)
Path(TOP, "a.txt").resolve(strict=True)
Path(TOP, "sub").absolute()
Path(TOP).joinpath("sub").expanduser()
Path.cwd().is_absolute() and Path("x").absolute() == Path.cwd() / "x"
sorted(Path(TOP).iterdir())
list(Path(TOP, "a.txt").iterdir())
sorted(Path(TOP).glob("*"))
sorted(Path(TOP).glob("*.txt"))
sorted(Path(TOP).glob("**/*.txt"))
sorted(Path(TOP).rglob("*.md"))
sorted(Path(TOP).rglob("d*"))
"""
CHANGES = """
Path(TOP, "new.txt").write_text("é")
Path(TOP, "new.txt").write_text("é", encoding="ascii")
Path(TOP, "new.txt").write_text("é", encoding="ascii", errors="ignore")
Path(TOP, "a.txt").write_bytes(b"12345")
Path(TOP, "new").mkdir()
Path(TOP, "new/er/est").mkdir()
Path(TOP, "new/er/est").mkdir(parents=True)
Path(TOP, "sub").mkdir()
Path(TOP, "sub").mkdir(exist_ok=True)
Path(TOP, "a.txt").mkdir(exist_ok=True)
Path(TOP, "sub").mkdir(parents=True)
Path(TOP, "sub").mkdir(parents=True, exist_ok=True)
Path(TOP, "new").touch()
Path(TOP, "a.txt").touch(exist_ok=False)
Path(TOP, "a.txt").unlink()
Path(TOP, "none").unlink()
Path(TOP, "none").unlink(missing_ok=True)
Path(TOP, "sub/deep").rmdir()
Path(TOP, "none").rmdir()
Path(TOP, "a.txt").rename(Path(TOP, "z.txt"))
Path(TOP, "sub").rename(f"{TOP}/bus")
Path(TOP, "a.txt").replace(Path(TOP, "sub/b.txt"))
Path(TOP, "none").replace(Path(TOP, "x"))
"""


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.mark.parametrize("text", lines(QUESTIONS) + lines(CHANGES))
def test_a_path_answers_and_changes_as_in_plain_python(apps: Any, tmp_path: Path, text: str) -> None:
    assert restricted(apps, f"it = {text}") == plainly(tmp_path / "plain", f"it = {text}")


def test_a_file_opened_by_its_path_is_read_and_written_as_opened(apps: Any, tmp_path: Path) -> None:
    text = 'with Path(TOP, "a.txt").open("r+b") as f:\n    f.write(b"z")\nit = Path(TOP, "a.txt").read_bytes()'
    assert restricted(apps, text) == plainly(tmp_path / "plain", text)
