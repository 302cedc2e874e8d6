"""What an app's files take, added up."""

from __future__ import annotations

from vaas.core.limits.disk import ENTRY, taken_by

MB = 1024 * 1024


def test_files_with_two_names_count_once_and_empty_ones_count(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    (tmp_path / "folder" / "large").write_bytes(b"x" * MB)
    (tmp_path / "again").hardlink_to(tmp_path / "folder" / "large")
    taken = taken_by([str(tmp_path)])
    assert MB + 2 * ENTRY <= taken < 2 * MB


def test_a_folder_that_is_gone_takes_nothing(tmp_path):
    assert taken_by([str(tmp_path / "nowhere")]) == 0
