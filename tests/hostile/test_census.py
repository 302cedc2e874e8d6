"""The census: what it counts of a process and of a folder is what the system has."""

from __future__ import annotations

import os
from pathlib import Path

from tests.hostile.census import census


def test_this_process_is_counted_with_its_memory_and_descriptors():
    before = census(os.getpid()).processes[0]
    held = [os.open("/dev/null", os.O_RDONLY) for _ in range(10)]
    try:
        after = census(os.getpid()).processes[0]
    finally:
        for each in held:
            os.close(each)
    assert (before.pid, before.kind) == (os.getpid(), "node")
    assert before.memory > 1024 * 1024
    assert after.descriptors == before.descriptors + 10


def test_what_lies_in_the_data_folder_is_counted_with_size_and_mode(tmp_path: Path):
    (tmp_path / "logs").mkdir(mode=0o700)
    (tmp_path / "logs" / "0").write_bytes(b"x" * 100)
    (tmp_path / "logs" / "0").chmod(0o640)
    found = {file.path: (file.size, file.mode & 0o777) for file in census(os.getpid(), tmp_path).files}
    assert set(found) == {".", "logs", "logs/0"}
    assert found["logs/0"] == (100, 0o640)


def test_the_time_on_the_processor_grows():
    before = census(os.getpid()).processor
    sum(range(3_000_000))
    assert census(os.getpid()).processor.ran >= before.ran
