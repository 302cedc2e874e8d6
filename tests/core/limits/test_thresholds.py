"""What is too much, and who is a burden: pure decisions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.limits.thresholds import HEAVY_CALL, HEAVY_SHARE, breach, is_heavy
from vaas.core.limits.usage import NOTHING, Usage
from vaas.core.policy import Limits

MB = 1024 * 1024
LIMITS = Limits(memory=100 * MB, threads=20)


@pytest.mark.parametrize(
    ("usage", "step", "words"),
    [
        (Usage(resident=101 * MB), "kill", "out of memory: 101MB of limits.memory = 100MB"),
        (Usage(data=80 * MB), "replace", "out of memory: 80MB of limits.memory = 100MB"),
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
