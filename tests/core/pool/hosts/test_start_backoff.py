"""When a host may be started again, after starts that failed and hosts that crashed."""

import pytest

from tests.core.pool.hosts.simulated import BROKEN, GONE_ERROR
from vaas.core.pool.hosts.start_backoff import StartBackoff, backoff


def test_one_failed_start_is_tried_again_at_once_and_many_wait_longer_and_longer():
    assert [backoff(failures) for failures in range(1, 10)] == [0, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_start_that_succeeds_ends_the_row():
    made = StartBackoff()
    made.failed(BROKEN, 100.0)
    made.failed(BROKEN, 100.0)
    assert made.pause(100.0) == 1.0
    made.succeeded()
    made.failed(BROKEN, 200.0)
    assert made.pause(200.0) == 0.0


def crash(times: int, seconds: float) -> StartBackoff:
    """So many crashes, each so many seconds after the one before; the last at 100."""
    made = StartBackoff()
    for index in reversed(range(times)):
        made.crashed(GONE_ERROR, 100.0 - index * seconds)
    return made


@pytest.mark.parametrize(("times", "seconds", "pause"), [(10, 1.0, 3.0), (10, 1.2, 0.0), (9, 0.1, 0.0), (30, 0.1, 3.0)])
def test_ten_crashes_within_ten_seconds_are_a_loop(times: int, seconds: float, pause: float):
    made = crash(times, seconds)
    assert max(0.0, made.pause(100.0)) == pause
    assert (made.last_error is GONE_ERROR) == bool(pause)


def test_a_start_that_failed_counts_as_a_crash_too():
    made = StartBackoff()
    for _ in range(9):
        made.ended(100.0)
    assert made.crashed(GONE_ERROR, 100.0)
