"""Lateness: what the machine kept everybody waiting is taken off, what the node did is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile.lateness import of_the_node, p99, share_of_the_processor
from tests.hostile.vocabulary import Census, Processor, Sample

WAITS = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 5)), max_size=30)


def samples(*waits: tuple[float, float]) -> list[Sample]:
    return [Sample("x", at, seconds) for at, seconds in waits]


def test_p99_is_what_one_of_a_hundred_exceeds():
    assert p99([0.001] * 99 + [5.0]) == 0.001
    assert p99([0.001] * 98 + [5.0] * 2) == 5.0
    assert p99([]) == float("inf")


def test_the_wait_that_the_control_had_at_the_same_time_is_taken_off():
    assert of_the_node(samples((10, 1.0)), samples((9.8, 0.9))) == [pytest.approx(0.1)]
    assert of_the_node(samples((10, 1.0)), samples((10.9, 0.3))) == [pytest.approx(0.7)]


def test_a_wait_of_the_control_before_or_after_is_not():
    assert of_the_node(samples((10, 1.0)), samples((8, 1.9), (11.1, 3.0))) == [1.0]


def test_without_a_control_all_is_the_node_s():
    assert of_the_node(samples((10, 1.0), (11, 0.5)), []) == [1.0, 0.5]


@pytest.mark.parametrize(("ran", "waited", "share"), [(3.0, 1.0, 0.75), (0.0, 0.0, 1.0), (0.0, 2.0, 0.0)])
def test_the_share_of_the_processor_is_of_the_time_that_it_was_wanted(ran: float, waited: float, share: float):
    before = Census(0, (), processor=Processor(5.0, 7.0))
    after = Census(30, (), processor=Processor(5.0 + ran, 7.0 + waited))
    assert share_of_the_processor(before, after) == share


@given(WAITS, WAITS)
def test_it_is_never_more_than_was_waited_and_never_less_than_nothing(waits: object, control: object):
    own = of_the_node(samples(*waits), samples(*control))  # type: ignore[misc]
    longest = sorted((one for one in samples(*waits)), key=lambda one: one.at)  # type: ignore[misc]
    assert all(0 <= left <= sample.seconds for left, sample in zip(own, longest, strict=True))


@given(WAITS)
def test_who_waits_as_the_control_does_has_waited_for_no_node(waits: list[tuple[float, float]]):
    assert set(of_the_node(samples(*waits), samples(*waits))) <= {0.0}
