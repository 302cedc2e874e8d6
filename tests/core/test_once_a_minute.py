from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaas.core.once_a_minute import AGAIN, OnceAMinute


def test_what_is_said_in_a_loop_is_said_once_a_minute() -> None:
    once = OnceAMinute(10)
    assert [once.admits("a", now) for now in (0.0, 1.0, AGAIN - 1, AGAIN, AGAIN + 1)] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_beyond_what_is_remembered_nothing_is_said_until_there_is_room() -> None:
    once = OnceAMinute(2)
    assert [once.admits(text, 0.0) for text in "abc"] == [True, True, False]
    assert once.admits("c", AGAIN)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 100)), max_size=60))
def test_no_text_is_said_twice_within_a_minute_and_memory_is_bounded(told: list[tuple[str, float]]) -> None:
    once, now, last = OnceAMinute(3), 0.0, dict[str, float]()
    for text, pause in told:
        now += pause
        if once.admits(text, now):
            assert now - last.get(text, -AGAIN) >= AGAIN
            last[text] = now
        assert len(once._said) <= 3
