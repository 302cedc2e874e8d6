from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.units import (
    BYTES,
    SECONDS,
    UnitInvalid,
    exact_seconds,
    exact_size,
    format_seconds,
    format_size,
    parse_seconds,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("2m", 120),
        ("500ms", 0.5),
        ("1h", 3600),
        ("1.5h", 5400),
        ("1 d", 86400),
        ("0s", 0),
        ("0.5ms", 0.0005),
        ("1.1h", 3960),
        ("0.0000004s", 0),
    ],
)
def test_times_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize(
    ("text", "size"),
    [
        *(("256MB", 256 * 1024**2), ("10KB", 10240), ("1GiB", 1024**3), ("1 TB", 1024**4), ("0B", 0)),
        *(("1.5KB", 1536), ("10kb", 10240), ("1Kib", 1024), ("7b", 7)),
    ],
)
def test_sizes_are_read_as_people_write_them_and_count_in_1024(text: str, size: int) -> None:
    assert parse_size(text) == size


BROKEN = [
    "",
    "30",
    "s",
    "-1s",
    "+1s",
    "1e3s",
    "30 sec",
    "30s ",
    " 30s",
    "1,5s",
    ".5s",
    "5.s",
    "30S",
    "1m30s",
    "inf",
    "٣s",
    "1\ns",
]


@pytest.mark.parametrize("text", [*BROKEN, "5MB", "9" * 400 + "s"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UnitInvalid, match=r'is not a time. Write a number and its unit: "500ms", "30s"'):
        parse_seconds(text)


@pytest.mark.parametrize("text", [*BROKEN, "5m", "5iB", "10KBB", "4XB", "1IB"])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UnitInvalid, match=r'is not a size. Write a number and its unit: "10KB", "256MB"'):
        parse_size(text)


@given(st.text())
def test_any_text_is_a_quantity_or_a_clear_error(text: str) -> None:
    for parse in (parse_seconds, parse_size):
        with suppress(UnitInvalid):
            assert parse(text) >= 0


@given(st.integers(0, 2**50))
def test_a_formatted_size_reads_back_as_nearly_the_same(size: int) -> None:
    assert parse_size(format_size(size)) == pytest.approx(size, rel=0.05)
    assert len(format_size(size)) <= 8


@given(st.integers(1, 1023), st.sampled_from(sorted(BYTES)))
def test_a_whole_number_of_units_reads_back_as_the_same(number: int, unit: str) -> None:
    assert format_size(number * BYTES[unit]) == f"{number}{unit}"


@given(st.floats(0.00001, 10**7))
def test_a_formatted_time_reads_back_as_nearly_the_same(seconds: float) -> None:
    assert parse_seconds(format_seconds(seconds)) == pytest.approx(seconds, rel=0.005, abs=0.00001)


@given(st.integers(1, 59), st.sampled_from(["ms", "s", "m"]))
def test_a_whole_number_of_units_of_time_reads_back_as_the_same(number: int, unit: str) -> None:
    assert format_seconds(number * SECONDS[unit]) == f"{number}{unit}"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.0123, "12.3ms"),
        (0.834, "834ms"),
        (0.9999, "1s"),
        (1.5, "1.5s"),
        (90, "90s"),
        (120, "2m"),
        (86400, "1d"),
    ],
)
def test_times_are_shown_short(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0B"), (1000, "1000B"), (1500, "1.5KB"), (1024**2 - 1, "1.0MB"), (3 * 1024**2 + 419_431, "3.4MB")],
)
def test_sizes_are_shown_short(size: int, text: str) -> None:
    assert format_size(size) == text


@given(st.integers(0, 2**49))
def test_an_exact_size_reads_back_as_the_same(size: int) -> None:
    assert parse_size(exact_size(size)) == size


@given(st.integers(0, 400 * 86400 * 10**6))
def test_an_exact_time_reads_back_as_the_same(microseconds: int) -> None:
    seconds = microseconds / 10**6
    assert parse_seconds(exact_seconds(seconds)) == seconds


@given(st.from_regex(r"[0-9]{1,7}(\.[0-9]{1,9})? ?(ms|s|m|h|d)", fullmatch=True))
def test_a_time_that_was_read_is_written_so_that_it_reads_back_as_the_same(text: str) -> None:
    seconds = parse_seconds(text)
    assert parse_seconds(exact_seconds(seconds)) == seconds


@pytest.mark.parametrize(
    ("size", "text"),
    [
        *((0, "0B"), (1000, "1000B"), (1500, "1500B"), (1536, "1.5KB"), (2**31, "2GB"), (2**31 + 1, "2147483649B")),
        *((1024**2 - 1, "1048575B"), (10 * 1024**2, "10MB"), (1024**4, "1TB"), (1500 * 1024**2, "1500MB")),
    ],
)
def test_exact_sizes_are_as_short_as_they_can_be(size: int, text: str) -> None:
    assert exact_size(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0, "0s"), (0.000001, "0.001ms"), (0.25, "250ms"), (1, "1s"), (1.5, "1.5s"), (90, "90s"), (5400, "90m")),
        *((100, "100s"), (0.1, "100ms"), (1234.567891, "1234.567891s"), (86400, "1d")),
    ],
)
def test_exact_times_are_as_short_as_they_can_be(seconds: float, text: str) -> None:
    assert exact_seconds(seconds) == text
