from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaas_cli import formatting
from vaas_cli.traffic_words import traffic_order, traffic_words

from tests.cli.fake_platform import traffic


@pytest.mark.parametrize(("text", "number"), [("v1", 1), ("v42", 42), ("7", 7)])
def test_a_release_is_named_with_or_without_its_v(text, number):
    assert formatting.release_number(text) == number


@pytest.mark.parametrize("text", ["", "v", "v0", "0", "v-1", "latest", "v1.5", "V1", "v01", "v" + "9" * 30])
def test_what_names_no_release_is_refused(text):
    with pytest.raises(ValueError, match="not a release"):
        formatting.release_number(text)


def test_an_age_is_shown_in_its_largest_unit():
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    shown = [
        formatting.age(text, now) for text in ("2026-11-21T11:59:58Z", "2026-11-21T11:57:00Z", "2026-11-19T12:00:00Z")
    ]
    assert shown == ["2s ago", "3m ago", "2d ago"]


def test_a_time_that_is_still_to_come_by_this_machines_clock_is_just_now():
    assert formatting.age("2026-11-21T12:00:05Z", datetime(2026, 11, 21, 12, 0, tzinfo=UTC)) == "0s ago"


def test_a_time_without_a_zone_is_utc():
    assert formatting.moment("2026-11-21T12:00:00") == formatting.moment("2026-11-21T12:00:00Z")


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_are_listed_as_in_a_sentence(names, said):
    assert formatting.listed(names) == said


def test_the_nearest_right_word_is_suggested_and_none_for_nonsense():
    assert formatting.nearest("setings", ["settings", "show"]) == " (did you mean `settings`?)"
    assert formatting.nearest("qqq", ["settings", "show"]) == ""


@pytest.mark.parametrize(
    ("given", "order"),
    [
        (("latest",), {"mode": "latest", "sticky": ""}),
        (("lock", "v3"), {"mode": "lock", "lock": 3, "sticky": ""}),
        (("v3=90", "v4=10"), {"mode": "weights", "weights": {"3": 90.0, "4": 10.0}, "sticky": ""}),
        (("v3=.5", "4=0.5"), {"mode": "weights", "weights": {"3": 0.5, "4": 0.5}, "sticky": ""}),
    ],
)
def test_traffic_is_written_as_people_say_it(given, order):
    assert traffic_order(given) == order


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (("lock",), "takes one release"),
        (("lock", "v1", "v2"), "takes one release"),
        (("lock", "old"), "not a release"),
        (("newest",), "not a choice of traffic"),
        (("v1=90", "latest"), "not a choice of traffic"),
        (("v1=many",), "not a number"),
        (("v1=",), "not a number"),
        (("v1=-1",), "from 0 upwards"),
        (("v1=nan",), "from 0 upwards"),
        (("v1=inf",), "from 0 upwards"),
        (("v1=1", "1=2"), "twice"),
        (("=1",), "not a release"),
    ],
)
def test_traffic_that_makes_no_sense_is_refused_with_the_reason(given, why):
    with pytest.raises(ValueError, match=why):
        traffic_order(given)


@given(st.dictionaries(st.integers(1, 10**6), st.integers(0, 1000), min_size=1))
def test_weights_are_shown_as_they_are_given(weights):
    shown = traffic_words(traffic(mode="weights", weights={str(number): weight for number, weight in weights.items()}))
    assert traffic_order(tuple(shown.split()))["weights"] == {str(number): weight for number, weight in weights.items()}


def test_latest_says_which_release_that_is():
    assert traffic_words(traffic(latest=4)) == "latest (v4)"
    assert traffic_words(traffic(latest=0)) == "latest (none yet)"
    assert traffic_words(traffic(mode="lock", lock=2)) == "lock v2"
