"""Removing an app on a real platform: its data goes, and comes back."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.e2e.apps import COUNTS, TRUSTED
from tests.e2e.running import Running


def count(platform: Running, app: str) -> str:
    return httpx.post(f"{platform.gateway}/{app}/", timeout=20).text


def kept(platform: Running) -> list[Path]:
    folder = platform.home / "data" / "removed"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_a_removed_app_comes_back_with_what_it_had_stored_also_after_a_restart(own_platform: Running):
    own_platform.deploy("counts", COUNTS, TRUSTED)
    assert [count(own_platform, "counts") for _ in range(2)] == ["1", "2"]
    told = own_platform.vaas("rm", "counts", "--yes").stdout
    assert "vaas rm counts --undo" in told
    assert own_platform.get("/counts/").status_code == 404
    own_platform.stop()
    own_platform.start()
    assert "counts" in own_platform.vaas("rm").stdout
    own_platform.vaas("rm", "counts", "--undo")
    assert count(own_platform, "counts") == "3"
    assert kept(own_platform) == []


def test_a_new_app_of_that_name_begins_with_nothing_and_a_purge_leaves_nothing(own_platform: Running):
    own_platform.deploy("counts", COUNTS, TRUSTED)
    count(own_platform, "counts")
    own_platform.vaas("rm", "counts", "--yes")
    own_platform.deploy("counts", COUNTS, TRUSTED)
    assert count(own_platform, "counts") == "1"
    own_platform.vaas("rm", "counts", "--purge", "--yes")
    own_platform.stop()
    own_platform.start()
    own_platform.deploy("counts", COUNTS, TRUSTED)
    assert count(own_platform, "counts") == "1"
    assert kept(own_platform) == []
