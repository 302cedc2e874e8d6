"""What a pool remembers of its handlers."""

from vaas.core.pool.calls.tally import Tally

MILLISECOND = 0.001


def test_a_handler_is_slow_until_it_has_been_seen_to_be_quick_and_again_after_one_slow_call():
    tally = Tally()
    assert tally.is_slow("GET /")
    tally.measured("GET /", 0.1 * MILLISECOND)
    assert not tally.is_slow("GET /")
    tally.measured("GET /", 1.0)
    tally.measured("GET /", 0.1 * MILLISECOND)
    assert tally.is_slow("GET /")
    for _ in range(100):
        tally.measured("GET /", 0.1 * MILLISECOND)
    assert not tally.is_slow("GET /")


def test_a_slow_call_is_remembered_for_dozens_of_quick_ones():
    tally = Tally()
    tally.measured("GET /", 0.1)
    quick_ones = 0
    while tally.is_slow("GET /"):
        tally.measured("GET /", 0.0)
        quick_ones += 1
    assert 24 <= quick_ones <= 96


def test_a_millisecond_is_slow_and_less_is_not():
    tally = Tally()
    tally.measured("GET /a", 1.0 * MILLISECOND)
    tally.measured("GET /b", 0.99 * MILLISECOND)
    assert tally.is_slow("GET /a")
    assert not tally.is_slow("GET /b")
