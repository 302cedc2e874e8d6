from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.node.log_limits import KINDS, LINES, PAUSE, Kind, LogLimits


def kind(number: int) -> Kind:
    return ("file.py", number, "")


def test_the_first_lines_of_a_kind_are_printed_and_the_rest_counted_in_one_line() -> None:
    limits = LogLimits()
    printed = [limits.admits(kind(1), f"line {n}", n / 1000) for n in range(4332)]
    assert printed == [True] * LINES + [False] * 4312
    until = LINES / 1000 + PAUSE
    assert limits.next_due() == until
    assert limits.due(until - 0.1) == []
    assert limits.due(until) == ["… and 4,312 more of this kind in the last minute, the last: line 4331"]
    assert limits.due(until) == []
    assert limits.next_due() is None


def test_after_the_pause_the_kind_is_printed_again() -> None:
    limits = LogLimits()
    for _ in range(LINES + 1):
        limits.admits(kind(1), "x", 0.0)
    limits.due(PAUSE)
    assert [limits.admits(kind(1), "x", PAUSE) for _ in range(LINES)] == [True] * LINES


def test_a_flood_of_one_kind_takes_nothing_from_another() -> None:
    limits = LogLimits()
    for n in range(10_000):
        limits.admits(kind(1), "flood", n / 10_000)
    assert limits.admits(kind(2), "calm", 1.0)


def test_errors_of_different_classes_at_one_place_are_different_kinds() -> None:
    limits = LogLimits()
    for _ in range(LINES + 1):
        limits.admits(("base_events.py", 7, "KeyError"), "x", 0.0)
    assert limits.admits(("base_events.py", 7, "OSError"), "x", 0.0)


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 20)), max_size=300))
def test_every_line_is_printed_or_counted(told: list[tuple[int, float]]) -> None:
    limits, now, printed, counted = LogLimits(), 0.0, 0, 0
    for number, pause in told:
        now += pause
        counted += sum(int(line.split()[2].replace(",", "")) for line in limits.due(now))
        printed += limits.admits(kind(number), "x", now)
    counted += sum(int(line.split()[2].replace(",", "")) for line in limits.due(float("inf")))
    assert printed + counted == len(told)


def test_any_number_of_kinds_takes_a_bounded_memory_and_none_is_lost() -> None:
    limits = LogLimits()
    printed = sum(limits.admits(kind(n), "x", 0.0) for n in range(10 * KINDS))
    assert len(limits._kinds) <= KINDS + 1
    [line] = limits.due(PAUSE)
    assert printed + int(line.split()[2].replace(",", "")) == 10 * KINDS


def test_a_kind_that_was_silent_for_long_gives_way_to_a_new_one() -> None:
    limits = LogLimits()
    for n in range(KINDS):
        limits.admits(kind(n), "x", 0.0)
    assert limits.admits(kind(KINDS), "new", 2 * PAUSE)
    assert kind(KINDS) in limits._kinds
    assert len(limits._kinds) == KINDS


def test_a_kind_that_has_something_to_say_never_gives_way() -> None:
    limits = LogLimits()
    for _ in range(LINES + 1):
        limits.admits(kind(0), "flood", 0.0)
    for n in range(1, 3 * KINDS):
        limits.admits(kind(n), "x", 10 * PAUSE)
    assert limits.due(10 * PAUSE) == ["… and 1 more of this kind in the last minute, the last: flood"]
