"""What is made of measured values: the arithmetic that verdicts hang on."""

from __future__ import annotations

import json
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.command import numbers, turns
from benchmarks.figures import Bar, number, percentile, ratio
from benchmarks.loader import Load, parse
from benchmarks.report import Report

VALUES = st.lists(st.floats(0, 1e9), min_size=1, max_size=200)
WRK = """
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.02ms  310.00us   9.10ms   90.00%
  Latency Distribution
     50%  950.00us
     75%    1.10ms
     90%    1.40ms
     99%    2.25ms
  30000 requests in 1.00s, 5.10MB read
  Socket errors: connect 0, read 2, write 0, timeout 1
  Non-2xx or 3xx responses: 10000
Requests/sec:  30990.75
"""


@given(VALUES, st.floats(0.001, 1))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[float], part: float) -> None:
    found = percentile(values, part)
    assert found in values
    assert sum(value <= found for value in values) >= part * len(values) - 1e-9
    assert sum(value < found for value in values) < part * len(values) + 1e-9


@given(VALUES)
def test_the_hundredth_percentile_is_the_largest_value(values: list[float]) -> None:
    assert percentile(values, 1) == max(values)


@pytest.mark.parametrize(("values", "part"), [([], 0.5), ([1.0], 0), ([1.0], 1.1)])
def test_a_percentile_of_nothing_is_refused(values: list[float], part: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, part)


def test_a_ratio_is_of_medians_so_one_bad_round_does_not_decide_it() -> None:
    assert ratio([20.0, 20.0, 1.0], [10.0, 10.0, 500.0]) == 2.0
    assert ratio([1.0], [0.0]) == float("inf")


@pytest.mark.parametrize(
    ("bar", "reached", "words"),
    [
        (Bar("rate", 2.0, 2.0, at_least=True, unit=" times"), True, "rate: 2 times, wanted ≥ 2 times: reached"),
        (Bar("rate", 1.5, 2.0, at_least=True), False, "rate: 1.50, wanted ≥ 2: MISSED by 25%"),
        (Bar("p50", 10.0, 10, at_least=False, unit=" ms"), True, "p50: 10 ms, wanted ≤ 10 ms: reached"),
        (Bar("p50", 15.0, 10, at_least=False, unit=" ms"), False, "p50: 15 ms, wanted ≤ 10 ms: MISSED by 50%"),
        (Bar("failed", 3, 0, at_least=False), False, "failed: 3, wanted ≤ 0: MISSED by 3"),
    ],
)
def test_a_bar_says_whether_it_is_reached_and_by_how_much_not(bar: Bar, reached: bool, words: str) -> None:
    assert bar.reached is reached
    assert str(bar) == words


@given(st.floats(0.01, 1e6))
def test_a_printed_number_is_within_half_a_percent_of_the_value(value: float) -> None:
    assert float(number(value)) == pytest.approx(value, rel=0.005, abs=0.006)


def test_every_contender_begins_a_round_once() -> None:
    names = ["a", "b", "c"]
    rounds = [turns(names, each) for each in range(3)]
    assert [each[0] for each in rounds] == names
    assert all(sorted(each) == names for each in rounds)


def test_what_wrk_prints_is_understood_with_all_its_failures() -> None:
    assert parse(WRK) == pytest.approx(Load(rate=20660.5, p50=0.95, p99=2.25, failed=10003, answers=30000))


def test_refusals_do_not_count_as_speed() -> None:
    assert parse(WRK).rate == pytest.approx(parse(WRK.replace("10000\n", "0\n")).rate * 2 / 3)


def test_output_of_wrk_without_a_rate_is_an_error_that_shows_it() -> None:
    with pytest.raises(ValueError, match="unable to connect"):
        parse("unable to connect to 127.0.0.1:1")


def test_connections_are_given_with_commas_between() -> None:
    assert numbers("1,16,64") == [1, 16, 64]


def test_a_report_prints_and_serializes_the_same_figures() -> None:
    report = Report("speed", bars=[Bar("rate", 1.5, 2.0, at_least=True)], notes=["on a slow day"])
    report.table("Rates", "who", "rate").rows.append(["us", 1.5])
    document = json.loads(report.json())
    assert document["bars"][0] | {"reached": False, "short_by": 0.25} == document["bars"][0]
    assert document["tables"] == [{"title": "Rates", "columns": ["who", "rate"], "rows": [["us", 1.5]]}]
    assert {"cores", "python", "uvicorn", "load"} <= document["machine"].keys()
    text = str(report)
    assert "us   1.50" in text
    assert "* on a slow day" in text
    assert "✗ rate: 1.50, wanted ≥ 2: MISSED by 25%" in text


@given(VALUES)
def test_our_median_is_the_median(values: list[float]) -> None:
    assert ratio(values, [1.0]) == median(values)
