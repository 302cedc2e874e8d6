from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.transcript import Shell
from tests.e2e.running import EXAMPLES, running


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell on a platform of its own, in a folder with the examples."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copytree(EXAMPLES, home, dirs_exist_ok=True)
    with running(tmp_path) as platform:
        yield Shell(platform, home)
