"""A rate over time, with a burst."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaas.core.token_bucket import TokenBucket

amounts = st.floats(0, 100)


def test_a_new_bucket_is_full():
    bucket = TokenBucket(rate=10, burst=20, now=5.0)
    assert bucket.take(20, 5.0)
    assert not bucket.take(0.1, 5.0)


def test_it_fills_at_its_rate_and_no_higher_than_its_burst():
    bucket = TokenBucket(rate=10, burst=20, now=0.0)
    bucket.charge(20)
    assert bucket.level(0.5) == 5
    assert bucket.level(60.0) == 20


def test_what_cannot_be_taken_costs_nothing():
    bucket = TokenBucket(rate=10, burst=20, now=0.0)
    assert not bucket.take(21, 0.0)
    assert bucket.level(0.0) == 20


def test_what_is_charged_beyond_the_level_is_owed():
    bucket = TokenBucket(rate=10, burst=20, now=0.0)
    bucket.charge(50)
    assert bucket.level(2.0) == -10
    assert not bucket.take(0, 2.0)
    assert bucket.take(10, 4.0)


@given(st.floats(1, 1000), st.floats(1, 1000), st.lists(st.tuples(st.floats(0, 2), amounts), max_size=30))
def test_no_more_is_taken_than_the_burst_and_what_time_has_brought(rate, burst, steps):
    bucket, now, taken = TokenBucket(rate, burst, 0.0), 0.0, 0.0
    for wait, amount in steps:
        now += wait
        taken += amount if bucket.take(amount, now) else 0
    assert taken <= (burst + now * rate) * (1 + 1e-9)
