from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.errors import InvalidInput
from vaas.platform.records import records
from vaas.platform.records.records import Traffic
from vaas.platform.records.traffic import (
    StickyInvalid,
    TrafficMissesRelease,
    WeightInvalid,
    WeightsEmpty,
    check,
    choose,
    point_of,
    shares,
)

STEPS = 1000
GRID = [(step + 0.5) / STEPS for step in range(STEPS)]

numbers = st.integers(1, 40)
weight = st.one_of(st.integers(0, 100), st.floats(0, 100, allow_subnormal=False).filter(lambda w: w == 0 or w > 1e-6))
weights = st.dictionaries(numbers, weight, min_size=1, max_size=6).filter(lambda w: sum(w.values()) > 0)
points = st.floats(0, 1, exclude_max=True)


def weighted(**by_release: float) -> Traffic:
    return Traffic(app="shop", mode="weights", weights={int(name[1:]): w for name, w in by_release.items()})


def test_latest_answers_every_caller_with_the_newest_release_that_has_started() -> None:
    traffic = Traffic(app="shop", latest=7, candidate=8, lock=3, weights={2: 1})
    assert {choose(traffic, point) for point in GRID} == {7}
    assert shares(traffic) == {7: 1.0}


def test_lock_answers_every_caller_with_the_locked_release_whatever_is_newer() -> None:
    traffic = Traffic(app="shop", mode="lock", latest=7, lock=3, weights={2: 1})
    assert {choose(traffic, point) for point in GRID} == {3}
    assert shares(traffic) == {3: 1.0}


def test_no_release_answers_before_the_first_release_has_started() -> None:
    traffic = Traffic(app="shop", candidate=1)
    assert choose(traffic, 0.5) == 0
    assert shares(traffic) == {}


@pytest.mark.parametrize("half", [0.5, 1, 50, 0.05])
def test_equal_weights_split_evenly_be_they_whole_or_fractional(half: float) -> None:
    seen = Counter(choose(weighted(v1=half, v2=half), point) for point in GRID)
    assert seen == {1: STEPS / 2, 2: STEPS / 2}


def test_the_point_between_two_releases_is_the_later_one_s() -> None:
    assert choose(weighted(v1=1, v2=1), 0.5) == 2
    assert choose(weighted(v1=1, v2=1), math.nextafter(0.5, 0)) == 1


@given(weights)
def test_each_release_is_chosen_as_often_as_its_weight_says(by_release: dict[int, float]) -> None:
    traffic = Traffic(app="shop", mode="weights", weights=by_release)
    seen = Counter(choose(traffic, point) for point in GRID)
    total = sum(by_release.values())
    for number, value in by_release.items():
        assert abs(seen[number] / STEPS - value / total) <= 2 / STEPS


@given(weights, points)
def test_a_release_without_weight_is_never_chosen(by_release: dict[int, float], point: float) -> None:
    chosen = choose(Traffic(app="shop", mode="weights", weights=by_release), point)
    assert by_release[chosen] > 0


@given(weights)
def test_the_very_last_point_still_finds_a_release(by_release: dict[int, float]) -> None:
    chosen = choose(Traffic(app="shop", mode="weights", weights=by_release), math.nextafter(1, 0))
    assert chosen == max(number for number, value in by_release.items() if value > 0)


@pytest.mark.parametrize("by_release", [{1: 0.1, 2: 0.1, 3: 0.4}, {1: 0.2, 2: 0.2, 3: 0.8}, {1: 0.4, 2: 0.4, 3: 1.1}])
def test_rounding_past_the_end_of_the_line_finds_no_release_without_weight(by_release: dict[int, float]) -> None:
    left = math.nextafter(1, 0) * sum(by_release.values())
    for value in by_release.values():
        left -= value
    assert left >= 0, "these weights are to be walked past: choose others"
    traffic = Traffic(app="shop", mode="weights", weights={**by_release, 0: 0, 4: 0, 5: 0.0})
    assert choose(traffic, math.nextafter(1, 0)) == 3


@given(weights)
def test_shares_sum_to_one_and_leave_out_who_gets_nothing(by_release: dict[int, float]) -> None:
    parts = shares(Traffic(app="shop", mode="weights", weights=by_release))
    assert sum(parts.values()) == pytest.approx(1)
    assert set(parts) == {number for number, value in by_release.items() if value > 0}


@given(st.text(), weights)
def test_a_sticky_caller_stays_on_its_release_while_the_weights_stay(value: str, by_release: dict[int, float]) -> None:
    read_again = dict(sorted(by_release.items(), reverse=True))
    first = choose(Traffic(app="shop", mode="weights", weights=by_release), point_of(value))
    assert choose(Traffic(app="shop", mode="weights", weights=read_again, sticky="cookie"), point_of(value)) == first


@given(st.text())
def test_every_caller_has_a_point_on_the_line(value: str) -> None:
    assert 0 <= point_of(value) < 1


@given(st.integers(0, 100), st.integers(0, 100), points)
def test_who_has_reached_the_newer_release_is_not_sent_back_while_it_grows(one: int, two: int, point: float) -> None:
    small, large = sorted((one, two))
    before = choose(weighted(v1=100 - small, v2=small), point)
    after = choose(weighted(v1=100 - large, v2=large), point)
    assert after >= before


def test_the_points_of_many_callers_are_spread_evenly() -> None:
    tenths = Counter(int(point_of(f"caller {n}") * 10) for n in range(10_000))
    assert set(tenths) == set(range(10))
    assert all(850 < count < 1150 for count in tenths.values())


def test_a_point_is_the_same_on_every_node_and_after_every_restart() -> None:
    assert point_of("ada") == 0.08472980631730564


def test_good_traffic_passes_the_check() -> None:
    check(Traffic(app="shop"), set())
    check(Traffic(app="shop", mode="lock", lock=2, sticky="cookie"), {1, 2})
    check(weighted(v1=0.5, v2=0.5), {1, 2, 3})
    check(Traffic(app="shop", mode="weights", weights={1: 1, 2: 0}, sticky="header:X-Team"), {1, 2})


@pytest.mark.parametrize("bad", [-1, -0.1, math.nan, math.inf])
def test_a_weight_that_is_no_weight_is_refused_by_name(bad: float) -> None:
    with pytest.raises(WeightInvalid, match="weight of v2 is"):
        check(weighted(v1=1, v2=bad), {1, 2})


@pytest.mark.parametrize("nothing", [{}, {1: 0}, {1: 0, 2: 0.0}])
def test_weights_that_sum_to_zero_are_refused(nothing: dict[int, float]) -> None:
    with pytest.raises(WeightsEmpty, match="sum to 0"):
        check(Traffic(app="shop", mode="weights", weights=nothing), {1, 2})


def test_weights_that_sum_to_more_than_a_number_holds_are_refused() -> None:
    with pytest.raises(WeightsEmpty, match="sum to inf"):
        check(weighted(v1=1e308, v2=1e308), {1, 2})


def test_naming_a_release_that_is_not_there_says_which_and_what_there_is() -> None:
    with pytest.raises(TrafficMissesRelease, match="shop has no v9 that could answer; it has v1, v2"):
        check(weighted(v1=1, v9=1), {1, 2})
    with pytest.raises(TrafficMissesRelease, match="it has none yet"):
        check(Traffic(app="shop", mode="lock", lock=1), set())


def test_a_weight_of_zero_does_not_excuse_a_missing_release() -> None:
    with pytest.raises(TrafficMissesRelease):
        check(weighted(v1=1, v9=0), {1})


@pytest.mark.parametrize("sticky", ["ip", "header:", "header:a b", "Cookie", "cookie\n"])
def test_a_way_to_stick_that_does_not_exist_is_refused(sticky: str) -> None:
    with pytest.raises(StickyInvalid, match="header:NAME"):
        check(Traffic(app="shop", sticky=sticky), {1})


@given(st.dictionaries(numbers, st.floats(), max_size=4), st.sampled_from(["latest", "lock", "weights"]))
def test_what_passes_the_check_survives_the_store(by_release: dict[int, float], mode: str) -> None:
    traffic = Traffic(app="shop", mode=mode, lock=1, weights=by_release)  # type: ignore[arg-type]
    try:
        check(traffic, set(range(1, 41)))
    except InvalidInput:
        return
    assert records.decode(records.encode(traffic), Traffic) == traffic
