"""What is too much, and who is a burden: pure decisions."""

from __future__ import annotations

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.limits.disk import ENTRY, taken_by
from vaas.core.limits.limit_errors import limit_met
from vaas.core.limits.thresholds import HEAVY_CALL, HEAVY_SHARE, breach, is_heavy
from vaas.core.limits.usage import NOTHING, Usage
from vaas.core.limits.words import bytes_words
from vaas.core.policy import Limits

MB = 1024 * 1024
LIMITS = Limits(memory=100 * MB, threads=20)


@pytest.mark.parametrize(
    ("usage", "step", "words"),
    [
        (Usage(resident=101 * MB), "kill", "out of memory: 101 MB of limits.memory = 100 MB"),
        (Usage(data=80 * MB), "replace", "out of memory: 80 MB of limits.memory = 100 MB"),
        (Usage(threads=21), "kill", "too many threads and programs: 21 of limits.threads = 20"),
    ],
)
def test_what_is_beyond_a_limit_is_told_with_the_figure_and_the_key(usage, step, words):
    assert breach(usage, LIMITS) == (step, words)


@given(st.floats(0, 1e6), st.integers(0, 20), st.integers(0, 75 * MB), st.integers(0, 100 * MB))
def test_what_is_within_its_limits_is_left_alone(cpu, threads, data, resident):
    assert breach(Usage(cpu, threads, data, resident), LIMITS) is None


def test_a_process_that_is_gone_breaks_no_limit():
    assert breach(NOTHING, LIMITS) is None


@given(st.integers(1, 100_000))
def test_an_app_that_answers_many_short_calls_is_busy_and_not_heavy(calls):
    assert not is_heavy(cpu=0.9 * HEAVY_CALL * calls, seconds=1.0, calls=calls)


def test_an_app_that_spins_is_heavy_even_where_it_gets_little_of_the_processor():
    assert is_heavy(cpu=HEAVY_SHARE * 0.25, seconds=0.25, calls=1)
    assert not is_heavy(cpu=0.0, seconds=0.25, calls=0)


@pytest.mark.parametrize(
    ("error", "limit"),
    [
        (MemoryError(), "limits.memory = 100 MB"),
        (OSError(errno.EMFILE, "Too many open files"), "limits.files = 1024"),
        (OSError(errno.EFBIG, "File too large"), "limits.disk = 1 GB"),
        (OSError(errno.ENOENT, "No such file"), ""),
        (ValueError("memory"), ""),
    ],
)
def test_an_app_s_error_names_the_limit_it_has_met(error, limit):
    assert limit_met(error, LIMITS) == limit


def test_the_limit_is_found_behind_the_errors_it_has_caused():
    outer = ValueError("could not save")
    outer.__cause__ = OSError(errno.EFBIG, "File too large")
    assert limit_met(outer, LIMITS) == "limits.disk = 1 GB"


def test_causes_that_go_round_in_a_circle_are_no_end():
    one, two = ValueError(), ValueError()
    one.__cause__, two.__cause__ = two, one
    assert limit_met(one, LIMITS) == ""


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KB"), (256 * MB, "256 MB"), (1024**3, "1 GB")]
)
def test_sizes_are_spoken_as_the_manifest_writes_them(size, words):
    assert bytes_words(size) == words


def test_files_with_two_names_count_once_and_empty_ones_count(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    (tmp_path / "folder" / "large").write_bytes(b"x" * MB)
    (tmp_path / "again").hardlink_to(tmp_path / "folder" / "large")
    taken = taken_by([str(tmp_path)])
    assert MB + 2 * ENTRY <= taken < 2 * MB


def test_a_folder_that_is_gone_takes_nothing(tmp_path):
    assert taken_by([str(tmp_path / "nowhere")]) == 0
